"""Options that are set once: by variables such as BENCH_OUT, or in ``[tool.bench]`` of a pyproject.toml.

An option that is given comes first, then the variable, then the file, then the default. The file is that of
the working directory or, within a repository, the nearest above it that has such a table.
"""

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.core.errors import UserError
from bench.core.registry import unknown
from bench.planning.rules import Rule, require

FILE = "pyproject.toml"


@dataclass(frozen=True)
class Setting:
    """A value that was set once, and where: the variable's name, or the file's path."""

    value: Any
    origin: str


def read_settings(rules: Mapping[str, Rule]) -> dict[str, Setting]:
    """What is set, by the option's name.

    Raises UserError for a file that cannot be read, a key that does not exist, and a value that is none.
    """
    found = {}
    settable = {name: rule for name, rule in rules.items() if rule.setting}
    path, table = _table()
    known = {rule.key: name for name, rule in settable.items()}
    for key, given in table.items():
        if isinstance(given, dict):
            continue  # of another tool that is called bench: Frappe's has tables here
        if key not in known:
            raise UserError(f"[tool.bench] in {path}: {unknown('key', key, known)}")
        name = known[key]
        value = _value(rules[name], name, given, f"[tool.bench] in {path}")
        found[name] = Setting(_seen_from_here(rules[name], value, path.parent), str(path))
    for name, rule in settable.items():
        if text := os.environ.get(rule.variable):
            given = [each.strip() for each in text.split(",")] if rule.several else text
            found[name] = Setting(_value(rule, name, given, rule.variable), rule.variable)
    return found


def _table() -> tuple[Path, Mapping[str, Any]]:
    """The nearest table, and its file. Raises UserError for a file that cannot be read."""
    for folder in _folders():
        path = folder / FILE
        try:
            tool = (
                tomllib.loads(path.read_text(encoding="utf-8")).get("tool") if os.path.isfile(path) else None
            )
        except OSError as error:
            raise UserError(f"Cannot read {path}: {error.strerror}.") from None
        except (ValueError, RecursionError) as error:
            raise UserError(f"{path} is not valid TOML: {error}.") from None
        table = tool.get("bench") if isinstance(tool, dict) else None
        if table is not None and not isinstance(table, dict):
            raise UserError(
                f"tool.bench in {path} must be a table: write [tool.bench], then below it budget = '2m'."
            )
        if table is not None:
            return path, table
    return Path(FILE), {}


def _folders() -> Iterator[Path]:
    """The working directory and, up to the top of its repository, those above it whose file has the same
    owner: whoever may write to another, as to /tmp, could have any program run as an interpreter."""
    try:
        here = Path.cwd()
    except OSError:  # it was deleted
        return
    yield here
    tops = [folder for folder in (here, *here.parents) if os.path.exists(folder / ".git")]
    for folder in here.parents if tops else ():
        if folder.is_relative_to(tops[0]) and _owner(folder / FILE) == _owner(here):
            yield folder


def _owner(path: Path) -> int | None:
    """The owner's number; None where there is no such file."""
    try:
        return path.stat().st_uid
    except OSError:
        return None


def _value(rule: Rule, name: str, given: Any, where: str) -> Any:
    """The option's value. Raises UserError, which says where it was set."""
    values = given if rule.several and isinstance(given, list) else [given]
    number = rule.kind is not str
    for each in values:
        if isinstance(each, bool) or not isinstance(each, str | int | float if number else str):
            kind = "a list of strings" if rule.several else "a number or a string" if number else "a string"
            raise UserError(f"{where}: {rule.key} = {str(each)[:40]} is impossible: it must be {kind}.")
        if each == "":
            raise UserError(f"{where}: {rule.key} is empty: give it a value, or leave it out.")
    try:
        read = tuple(rule.read(str(each)) if rule.read else each for each in values)
        for each in read:
            require(name, rule, each)
    except UserError as error:
        raise UserError(f"{where}: {error}") from None
    return read if rule.several else read[0]


def _seen_from_here(rule: Rule, value: Any, folder: Path) -> Any:
    """A path as the working directory has it: in the file it is relative to that."""
    if isinstance(value, tuple):
        return tuple(_seen_from_here(rule, each, folder) for each in value)
    if not rule.is_path(value):
        return value
    path = os.path.normpath(os.path.join(folder, os.path.expanduser(value)))
    return value if Path.cwd() == folder and not value.startswith("~") else path
