"""Run folders that somebody spoiled: cut off, edited, made to do harm. The same seed spoils the same way."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.core.cell import Cell, Spec
from bench.storage.run_folder import DEMOS, OBSERVATIONS, PLAN

MARKUP = "</script></style><zap src=x onerror=alert(1)>\"'&{{7*7}}"
TEXTS = (
    MARKUP,
    "",
    "=HYPERLINK(1)",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\x1b[31mred\x1b]0;title\x07\x9b2J",
    "nul\x00bell\x07back\x08",
    "../../../../etc/passwd",
    "/etc/passwd",
    "a/b\\c",
    "\u202egnp.exe",
    "\ud800half",
    "[bold red]rich[/bold red][/]",
    "[link=file:///etc/passwd]",
    "| a | `b` <!-- @everyone #1",
    "NaN",
    "1e309",
    "sync",
    "null",
    "calibration",
    "A/A",
    "main",
    "io",
    "%s%n{0}{x.__class__}",
    "long " * 9000,
)
NUMBERS = (
    0,
    -0.0,
    1,
    -1,
    2,
    5e-324,
    1e-300,
    1e-30,
    -1e-17,
    1e-9,
    0.5,
    1e15,
    9e15,
    1e300,
    -1e300,
    2**31,
    2**53 - 1,
    2**53,
    2**63,
    2**64,
    10**25,
    1_000_000,
    19_999,
)
WHOLE = tuple(number for number in NUMBERS if isinstance(number, int))
VALUES = (*TEXTS, *NUMBERS, True, False, None, [], {}, [[]], {"": {}}, [1, "a", None])
RAW = (
    b"NaN",
    b"Infinity",
    b"-Infinity",
    b"1e999",
    b"1" * 5000,
    b"[" * 3000,
    b'{"a":' * 3000,
    b"\x00",
    b"\xff\xfe",
    b"\n",
    b"\r\n",
    b"\xef\xbb\xbf",
    b'"\\ud800"',
    b"{}",
    b"\n{}\n",
    b"",
)
FIGURES = (
    "wall_s",
    "cpu_s",
    "n",
    "latency_sum_s",
    "block",
    "started",
    "startup_s",
    "memory_peak",
    "threads_seen",
)


@dataclass
class Files:
    """The files of a run folder, as JSON."""

    plan: Any
    observations: list[Any]
    demos: list[Any]

    def written(self) -> dict[str, bytes]:
        """Their contents by name."""
        return {
            PLAN: _json(self.plan),
            OBSERVATIONS: b"".join(_json(line) + b"\n" for line in self.observations),
            DEMOS: b"".join(_json(line) + b"\n" for line in self.demos),
        }


def files_of(folder: Path) -> Files:
    """Those of a run folder."""

    def lines(name: str) -> list[Any]:
        file = folder / name
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    return Files(json.loads((folder / PLAN).read_text()), lines(OBSERVATIONS), lines(DEMOS))


def write(files: dict[str, bytes], folder: Path) -> None:
    """Put them into a folder, instead of those that are there."""
    for name, text in files.items():
        (folder / name).write_bytes(text)


def spoiled(base: dict[str, bytes], seed: int, *, bytes_too: bool = True) -> dict[str, bytes]:
    """The files of a run, spoiled."""
    chance = random.Random(seed)
    read = Files(
        json.loads(base[PLAN]),
        [json.loads(line) for line in base[OBSERVATIONS].splitlines()],
        [json.loads(line) for line in base[DEMOS].splitlines()],
    )
    keys = _keys(read.plan)
    for _ in range(chance.choice((0, 1, 1, 2, 4)) if bytes_too else chance.choice((1, 1, 2, 3, 5))):
        chance.choice(EDITS)(read, chance)
    if chance.random() < 0.9:
        _rekey(read, keys)
    files = read.written()
    if bytes_too and chance.random() < 0.5:
        name = chance.choice((PLAN, OBSERVATIONS, OBSERVATIONS, DEMOS))
        files[name] = chance.choice(CUTS)(files[name], chance)
    return files


def _put(files: Files, chance: random.Random) -> None:
    """A value in the place of another, mostly of its kind."""
    holder, place = chance.choice(_places(_document(files, chance)))
    old = holder[place]
    holder[place] = chance.choice(VALUES if chance.random() < 0.2 else _alike(old))


def _stretch(files: Files, chance: random.Random) -> None:
    """Another figure in the place of a figure."""
    places = _places(_document(files, chance))
    places = [each for each in places if isinstance(each[0][each[1]], int | float)] or places
    holder, place = chance.choice(places)
    holder[place] = chance.choice(_alike(holder[place]))


def _alike(old: Any) -> Sequence[Any]:
    """Values of that kind."""
    if isinstance(old, bool):
        return (True, False)
    if isinstance(old, int):
        return WHOLE
    return TEXTS if isinstance(old, str) else NUMBERS if isinstance(old, float) else (None, [], {})


def _drop(files: Files, chance: random.Random) -> None:
    holder, place = chance.choice(_places(_document(files, chance)))
    del holder[place]


def _double(files: Files, chance: random.Random) -> None:
    """An element, or a line, twice."""
    places = [each for each in _places(_document(files, chance)) if isinstance(each[0], list)]
    holder, place = chance.choice(places) if places else (files.observations, 0)
    if holder:
        holder.insert(place, json.loads(json.dumps(holder[place])))


def _rename(files: Files, chance: random.Random) -> None:
    """A name wherever it is: what reads it by name finds it still."""
    plan = files.plan
    names = [
        text
        for holder, place in _places(plan)
        if isinstance(text := holder[place], str) and place not in ("schema", "procedure", "verdict")
    ]
    if names:
        old, new = chance.choice(names), chance.choice(TEXTS)
        files.plan = _renamed(plan, old, new)


def _everywhere(files: Files, chance: random.Random) -> None:
    """The same absurd figure in each observation, or in those of one cell."""
    name, value = chance.choice(FIGURES), chance.choice(NUMBERS)
    seen = [line["observation"] for line in files.observations if _is(line, "observation")]
    seen = [each for each in seen if isinstance(each, dict)]
    if seen and chance.random() < 0.5:
        key = chance.choice(seen).get("key")
        seen = [each for each in seen if each.get("key") == key]
    for each in seen:
        each[name] = int(value) if isinstance(each.get(name), int) else value


def _settings(files: Files, chance: random.Random) -> None:
    """Another value of a parameter or option, or none, in one cell or in all of its study."""
    cells = files.plan.get("cells") if isinstance(files.plan, dict) else None
    cells = [each for each in cells if isinstance(each, dict)] if isinstance(cells, list) else []
    if not cells:
        return
    chosen = chance.choice(cells)
    if chance.random() < 0.5:
        cells = [each for each in cells if each.get("study") == chosen.get("study")]
    else:
        cells = [chosen]
    of = [each.get("options") if chance.random() < 0.5 else each.get("spec") for each in cells]
    found = [each.get("params", each) for each in of if isinstance(each, dict)]
    found = [each for each in found if isinstance(each, dict) and each]
    if not found:
        return
    name = chance.choice(sorted(chance.choice(found)))
    value = chance.choice((*TEXTS, *NUMBERS, True, None))
    for each in found:
        each.pop(name, None)
        if value is not None:
            each[name] = value


def _cut(text: bytes, chance: random.Random) -> bytes:
    return text[: chance.randrange(len(text) + 1)]


def _flip(text: bytes, chance: random.Random) -> bytes:
    spoilt = bytearray(text)
    for _ in range(chance.choice((1, 3, 20)) if spoilt else 0):
        spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
    return bytes(spoilt)


def _insert(text: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(text) + 1)
    return text[:place] + chance.choice(RAW) + text[place + chance.choice((0, 0, 1, 10)) :]


def _number(text: bytes, chance: random.Random) -> bytes:
    """What is no number of JSON, or more than one can hold, in the place of a value."""
    places = [place for place, sign in enumerate(text) if sign == ord(":")]
    if not places:
        return chance.choice(RAW)
    place = chance.choice(places) + 1
    until = next((end for end in range(place, len(text)) if text[end] in b",}]"), len(text))
    return text[:place] + chance.choice(RAW) + text[until:]


def _shuffle(text: bytes, chance: random.Random) -> bytes:
    lines = text.splitlines(keepends=True)
    chance.shuffle(lines)
    return b"".join(lines)


EDITS: Sequence[Callable[[Files, random.Random], None]] = (
    _put,
    _put,
    _stretch,
    _stretch,
    _drop,
    _double,
    _rename,
    _everywhere,
    _settings,
)
CUTS: Sequence[Callable[[bytes, random.Random], bytes]] = (_cut, _flip, _insert, _number, _shuffle)


def _document(files: Files, chance: random.Random) -> Any:
    """The plan, or a line."""
    among = [files.plan] * 2 + [chance.choice(files.observations)] if files.observations else [files.plan]
    among += [chance.choice(files.demos)] if files.demos and chance.random() < 0.2 else []
    found = chance.choice(among)
    return found if _places(found) else {"": 0}


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every place in a document: a list or dict, and an index or key."""
    return list(_walk(value))


def _walk(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, dict | list):
        for place in list(value) if isinstance(value, dict) else range(len(value)):
            yield value, place
            yield from _walk(value[place])


def _renamed(value: Any, old: str, new: str) -> Any:
    if isinstance(value, dict):
        return {_renamed(name, old, new): _renamed(each, old, new) for name, each in value.items()}
    if isinstance(value, list):
        return [_renamed(each, old, new) for each in value]
    return new if isinstance(value, str) and value == old else value


def _keys(plan: Any) -> list[str]:
    return [_key(cell) for cell in plan["cells"]]


def _key(cell: Any) -> str:
    try:
        spec = Spec(**cell["spec"])
        return Cell(**{**cell, "spec": spec}).key
    except (TypeError, KeyError, ValueError):
        return ""


def _rekey(files: Files, keys: Sequence[str]) -> None:
    """Let the lines name the cells as the spoiled plan has them."""
    cells = files.plan.get("cells") if isinstance(files.plan, dict) else None
    if not isinstance(cells, list) or len(cells) != len(keys):
        return
    new = dict(zip(keys, map(_key, cells), strict=True))
    for line in files.observations:
        for kind in ("observation", "failure"):
            if _is(line, kind) and isinstance(line[kind], dict):
                key = line[kind].get("key")
                line[kind]["key"] = new.get(key, key) if isinstance(key, str) else key
    expected = files.plan.get("expected_s")
    if isinstance(expected, dict):
        files.plan["expected_s"] = {new.get(key, key): seconds for key, seconds in expected.items()}


def _is(line: Any, kind: str) -> bool:
    return isinstance(line, dict) and kind in line


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


def small(base: Files, *, cells: int, blocks: int, demos: int = 3, spans: int = 40) -> Files:
    """A part of a run that is quickly read: of each study some cells, of each cell some spans."""
    taken: dict[str, int] = {}
    kept = []
    for cell in base.plan["cells"]:
        taken[cell["study"]] = taken.get(cell["study"], 0) + 1
        if taken[cell["study"]] <= cells:
            kept.append(cell)
    keys = {_key(cell) for cell in kept}
    names = {cell["workload"] for cell in kept}
    seen = [
        line
        for line in base.observations
        if (told := line.get("observation") or line["failure"])["key"] in keys and told["block"] < blocks
    ]
    for line in seen:
        window = line.get("observation", {}).get("window")
        if window:
            line["observation"]["window"] = {name: values[:spans] for name, values in window.items()}
    plan = {
        **base.plan,
        "blocks": blocks,
        "cells": kept,
        "workloads": [info for info in base.plan["workloads"] if info["label"] in names],
        "expected_s": {key: value for key, value in base.plan["expected_s"].items() if key in keys},
    }
    return Files(plan, seen, base.demos[:demos])
