"""Runs in other tools' formats: what is in them, and that hostile runs spoil none."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bench.report.exports
from bench.analysis.timelines import Span
from bench.cli.export import command, write
from bench.core.cell import Cell, Spec
from bench.core.errors import UserError
from bench.core.observation import Window
from bench.core.run import Run
from bench.core.sanitize import one_line
from bench.findings.collect import Findings, collect
from bench.report.exports import EXPORTS
from bench.report.exports._cells import unique
from bench.report.exports.pytest_benchmark import stats
from bench.report.exports.trace import in_flight
from bench.report.markdown.github import cell, prose
from bench.storage.run_folder import RunFolder
from tests.made_up import observation_of, plan_of, run_of
from tests.made_up_builds import builds_run
from tests.made_up_page import make_run
from tests.made_up_windows import with_windows

FORMATS = ("csv", "markdown", "pyperf", "pytest-benchmark", "trace")
JSON = ("pyperf", "pytest-benchmark", "trace")
SMALL = run_of({("sleep", "threading"): 15.0, ("sleep", "asyncio"): 15.5}, blocks=8, wobble=(1.0, 1.02))
HOSTILE = "</td>|`x`|\\|``@me #12 $a$ http://x.y www.z.q :tada: **b** [l](http://e) <!-- \n\n# h \x1b[31m\u202e\ud800"


def exported(run: Run, name: str) -> str:
    return EXPORTS.get(name).export(collect(run))


def parsed(run: Run, name: str) -> dict[str, Any]:
    """The JSON of a format; NaN and infinities are none."""

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is no JSON")

    read: dict[str, Any] = json.loads(exported(run, name), parse_constant=refuse)
    return read


def hostile_run() -> Run:
    """A run in which every text is hostile, the longer ones without end."""
    run = with_windows(make_run(blocks=2))
    infos = {
        info.label: replace(info, label=f"{info.label}{HOSTILE * 50}", family=HOSTILE, kind=info.kind)
        for info in run.plan.workloads
    }
    cells = {
        cell.key: cell
        if cell.study == "calibration"
        else replace(
            cell,
            workload=infos[cell.workload].label,
            runner=cell.runner if cell.runner == "sync" else f"{cell.runner}{HOSTILE}",
            options={HOSTILE: HOSTILE},
        )
        for cell in run.plan.cells
    }
    machine = replace(run.plan.machine, host=HOSTILE, system=HOSTILE, processor=HOSTILE * 99, load=None)
    python = replace(
        run.plan.interpreters[0], version=HOSTILE, implementation=HOSTILE, executable="", build=HOSTILE
    )
    plan = replace(
        run.plan,
        cells=list(cells.values()),
        workloads=list(infos.values()),
        machine=machine,
        interpreters=[python],
        command=HOSTILE,
        created=HOSTILE,
        versions={"bench": HOSTILE},
        expected_s={},
    )
    seen = [replace(each, key=cells[each.key].key, started=1e300) for each in run.observations]
    return replace(run, plan=plan, observations=seen)


# All of them


def test_every_file_of_the_package_is_a_format() -> None:
    assert tuple(EXPORTS.names()) == FORMATS
    for name in EXPORTS.names():
        assert EXPORTS.get(name).opens
        assert exported(with_windows(SMALL), name).strip()


def test_a_new_file_is_a_new_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "one_line.py").write_text(
        "from bench.report.exports import Export\nE = Export('one-line', 'nothing', lambda builds: 'one line')"
    )
    (tmp_path / "_helper.py").write_text("")
    monkeypatch.setattr(bench.report.exports, "__path__", [*bench.report.exports.__path__, str(tmp_path)])
    assert set(EXPORTS.names()) == {*FORMATS, "one-line"}
    assert exported(SMALL, "one-line") == "one line"


def test_an_unknown_format_is_told_what_may_have_been_meant() -> None:
    with pytest.raises(UserError, match="Unknown format 'pyprf': did you mean pyperf"):
        EXPORTS.get("pyprf")


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("cells", [[], SMALL.plan.cells])
def test_a_run_with_nothing_to_export_says_so(name: str, cells: Sequence[Cell]) -> None:
    with pytest.raises(UserError, match=r"This run has (no observations|nothing to export)") as told:
        exported(Run(plan_of(cells), [], []), name)
    assert "\n" not in str(told.value)


def test_a_run_of_a_study_alone_has_no_comparison() -> None:
    cell = replace(SMALL.plan.cells[0], study="sweep")
    run = Run(plan_of([cell]), [observation_of(cell, 0, 0.02)], [])
    for name in ("pyperf", "pytest-benchmark", "markdown"):
        with pytest.raises(UserError, match="no cell of the comparison was measured"):
            exported(run, name)
    assert len(exported(run, "csv").splitlines()) == 2


@pytest.mark.parametrize("name", FORMATS)
def test_hostile_text_is_text_that_can_be_printed(name: str) -> None:
    text = exported(hostile_run(), name)
    if name == "csv":  # data as it is, but for formulas; the writer sees to what cannot be encoded
        return
    text.encode()
    assert all(c.isprintable() or c == "\n" for c in text)
    if name in JSON:
        for string in strings(parsed(hostile_run(), name)):
            assert string.isprintable()
            assert len(string) < 2000
    else:
        assert max(map(len, text.splitlines())) < 5000


def strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for pair in value.items() for each in pair for text in strings(each)]
    return [text for each in value for text in strings(each)] if isinstance(value, list) else []


def test_names_that_become_the_same_are_told_apart() -> None:
    assert unique(["a", "b", "a", "a #2", "a"]) == ["a", "b", "a #2", "a #2 #2", "a #3"]
    for name, key in (("pyperf", "metadata"), ("pytest-benchmark", "")):
        found = parsed(hostile_run(), name)["benchmarks"]
        names = [(each[key] if key else each)["name"] for each in found]
        assert len(set(names)) == len(names)


@given(st.text())
def test_clean_text_is_short_and_printable(text: str) -> None:
    assert one_line(text).isprintable()
    assert len(one_line(text)) <= 200
    assert one_line(one_line(text)) == one_line(text)


# pyperf


def test_pyperf_gets_a_run_for_each_process() -> None:
    data = parsed(SMALL, "pyperf")
    assert data["version"] == "1.0"
    assert data["metadata"]["unit"] == "second"
    assert data["metadata"]["hostname"] == "host"
    assert data["metadata"]["cpu_count"] == 2
    names = [each["metadata"]["name"] for each in data["benchmarks"]]
    assert names == ["sleep, sync", "sleep, threading", "sleep, asyncio"]
    sync = data["benchmarks"][0]
    assert sync["metadata"]["python_version"] == "3.11.2"
    assert [run["values"] for run in sync["runs"]] == [[0.02], [pytest.approx(0.0204)]] * 4
    assert [run["metadata"]["loops"] for run in sync["runs"]] == [160] * 8
    assert sync["runs"][0]["metadata"]["date"] == "2001-09-09 01:46:40.000000"  # UTC, wherever it is exported


def test_several_interpreters_are_in_the_names() -> None:
    for name, key in (("pyperf", "metadata"), ("pytest-benchmark", "")):
        found = parsed(builds_run(), name)["benchmarks"]
        names = [(each[key] if key else each)["name"] for each in found]
        assert "cpu-python, threading, 3.14.2t (GIL on)" in names
        assert len(set(names)) == len(names) == 21


def test_what_is_not_known_is_left_out() -> None:
    seen = [replace(each, started=-1.0) for each in SMALL.observations]
    machine = replace(SMALL.plan.machine, load=None, processor=" ")
    run = replace(SMALL, plan=replace(SMALL.plan, machine=machine, command=""), observations=seen)
    data = parsed(run, "pyperf")
    assert not {"load_avg_1min", "cpu_model_name", "bench_command"} & data["metadata"].keys()
    assert "date" not in data["benchmarks"][0]["runs"][0]["metadata"]


def test_what_was_not_timed_is_no_benchmark() -> None:
    first, *others = SMALL.observations
    tiny = replace(first, wall_s=5e-324)
    untimed = replace(first, wall_s=0.0, n=0)
    run = replace(SMALL, observations=[tiny, untimed, *others])
    data = json.loads(EXPORTS.get("pyperf").export(Findings(run, pd.DataFrame(), [])))
    assert len(data["benchmarks"][0]["runs"]) == 7


# pytest-benchmark


def test_pytest_benchmark_gets_a_round_for_each_block() -> None:
    data = parsed(SMALL, "pytest-benchmark")
    assert data.keys() == {"machine_info", "commit_info", "benchmarks", "datetime", "version"}
    (group,) = {each["group"] for each in data["benchmarks"]}
    assert group == "sleep"
    threads = data["benchmarks"][1]
    assert threads["params"] == {
        "workload": "sleep",
        "runner": "threading",
        "python": "3.11",
        "concurrency": 16,
    }
    found = threads["stats"]
    assert (found["rounds"], found["iterations"], len(found["data"])) == (8, 160, 8)
    assert found["ops"] == pytest.approx(15 / 0.0202)


@settings(deadline=None)
@given(st.lists(st.floats(1e-9, 1e3), min_size=1, max_size=40))
def test_its_figures_are_those_that_it_would_give(data: list[float]) -> None:
    module = pytest.importorskip(
        "pytest_benchmark.stats", reason="pytest-benchmark is not installed or older than 5.3.1"
    )
    pytest.importorskip("pytest_benchmark", "5.3.1", reason="pytest-benchmark is older than 5.3.1")
    theirs = module.Stats()
    theirs.data = list(data)
    ours = stats(data)
    assert ours.keys() == {*theirs.fields, "data"}
    for name, value in theirs.as_dict().items():
        expected = value if isinstance(value, str) else pytest.approx(value, rel=1e-9, abs=1e-18)
        assert ours[name] == expected, name


# trace


def checked(data: Mapping[str, Any]) -> dict[str, dict[str, list[tuple[int, int]]]]:
    """The slices by process and track, as (start, end), of a trace in which all is as it must be."""
    processes: dict[int, str] = {}
    tracks: dict[tuple[int, int], str] = {}
    slices: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    counters: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for event in data["traceEvents"]:
        assert isinstance(event["name"], str)
        if event["ph"] == "M" and event["name"] == "process_name":
            processes[event["pid"]] = event["args"]["name"]
        elif event["ph"] == "M" and event["name"] == "thread_name":
            tracks[event["pid"], event["tid"]] = event["args"]["name"]
        elif event["ph"] == "X":
            assert event["ts"] >= 0
            assert event["dur"] >= 0
            slices[event["pid"], event["tid"]].append((event["ts"], event["ts"] + event["dur"]))
        elif event["ph"] == "C":
            counters[event["pid"]].append((event["ts"], event["args"]["tasks"]))
        else:
            assert event["ph"] in "Mi"
    assert slices.keys() <= tracks.keys()
    assert {pid for pid, _ in tracks} == processes.keys()
    tids = [tid for _, tid in tracks]
    assert len({*tids, *processes, 0}) == len(tids) + len(processes) + 1
    for spans in slices.values():
        ordered = sorted(spans)
        for (_, end), (start, _) in pairwise(ordered):
            assert end <= start, "slices of one track overlap"
    for pid, counted in counters.items():
        moments = [moment for moment, _ in counted]
        assert moments == sorted(set(moments)), processes[pid]
        assert all(tasks >= 0 for _, tasks in counted)
        assert counted[-1][1] == 0
    shown: dict[str, dict[str, list[tuple[int, int]]]] = defaultdict(dict)
    for (pid, tid), spans in slices.items():
        assert tracks[pid, tid] not in shown[processes[pid]]
        shown[processes[pid]][tracks[pid, tid]] = spans
    return shown


def test_a_cell_is_a_process_and_a_worker_a_track() -> None:
    data = parsed(with_windows(SMALL), "trace")
    assert data["displayTimeUnit"] == "ms"
    shown = checked(data)
    assert [*shown] == ["sleep, sync", "sleep, threading", "sleep, asyncio"]
    assert [*shown["sleep, sync"]] == ["worker 1"]
    assert [*shown["sleep, threading"]] == [f"worker {number}" for number in range(1, 17)]
    assert sum(map(len, shown["sleep, threading"].values())) == 160


def test_overlapping_tasks_of_one_worker_get_a_track_each() -> None:
    shown = checked(parsed(with_windows(SMALL), "trace"))["sleep, asyncio"]
    assert [*shown] == [f"worker 1, slot {number}" for number in range(1, 17)]
    assert sum(map(len, shown.values())) == 160


def test_the_counter_follows_the_tasks_in_flight() -> None:
    data = parsed(with_windows(SMALL), "trace")
    most: dict[int, int] = defaultdict(int)
    for event in data["traceEvents"]:
        if event["ph"] == "C":
            most[event["pid"]] = max(most[event["pid"]], event["args"]["tasks"])
    assert list(most.values()) == [1, 16, 16]


def test_where_the_spans_were_cut_off_it_is_said() -> None:
    cut = [e for e in parsed(with_windows(SMALL, most=40), "trace")["traceEvents"] if e["ph"] == "i"]
    assert len(cut) == 3
    assert cut[0]["name"] == "40 of 160 tasks are shown: those started up to here"
    assert not [e for e in parsed(with_windows(SMALL), "trace")["traceEvents"] if e["ph"] == "i"]


def test_tasks_with_no_work_in_them_are_left_out_and_studies_are_named() -> None:
    run = with_windows(make_run(blocks=1))
    names = checked(parsed(run, "trace"))
    assert not [name for name in names if name.startswith("null")]
    assert "cpu-python, sync, A/A, 1 in flight" in names


def traced(*spans: tuple[int, int, int]) -> dict[str, Any]:
    starts, lengths, workers = (list(column) for column in zip(*spans, strict=True))
    cell = Cell("3.11", "sleep", Spec("made.up:sleep"), "asyncio", 4, len(spans))
    seen = observation_of(cell, 0, 0.01, window=Window(starts, lengths, workers))
    return parsed(Run(plan_of([cell]), [seen], []), "trace")


spans = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 15), st.sampled_from([0, 1, 2, 10**12])), min_size=1
)


@settings(deadline=None)
@given(spans)
def test_any_spans_make_a_sound_trace(several: list[tuple[int, int, int]]) -> None:
    shown = checked(traced(*several))
    (tracks,) = shown.values()
    found = sorted(span for spans in tracks.values() for span in spans)
    assert found == sorted((start, start + length) for start, length, _ in several)


@given(spans)
def test_as_many_are_in_flight_as_spans_cover_the_moment(several: list[tuple[int, int, int]]) -> None:
    for moment, tasks in in_flight([Span(*each) for each in several]):
        assert tasks == sum(start <= moment < start + length for start, length, _ in several)


# CSV


def test_csv_has_a_row_for_each_observation() -> None:
    rows = list(csv.DictReader(io.StringIO(exported(SMALL, "csv"))))
    assert len(rows) == len(SMALL.observations)
    assert {"workload", "runner", "seconds_per_task", "speedup"} <= rows[0].keys()


# Markdown


def table_of(text: str) -> list[list[str]]:
    """The cells of the tables, as a renderer shows them; only such tags are there as a table and text need."""
    markdown = pytest.importorskip("markdown_it", reason="markdown-it-py is not installed")
    shown = markdown.MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text)
    shown = shown.replace("<!-- -->", "")
    tags = set(re.findall(r"</?([^\s>]*)[^>]*>", shown))
    assert tags <= {"table", "thead", "tbody", "tr", "th", "td", "code", "p", "ul", "li", "h4"}
    rows = re.findall(r"<tr>(.*?)</tr>", shown, re.DOTALL)
    return [[text_of(cell) for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row)] for row in rows]


def text_of(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", markup)).strip()


def test_markdown_says_what_the_report_says() -> None:
    text = exported(SMALL, "markdown")
    head, *rows = table_of(text)
    assert head == [
        "workload",
        "model",
        "in flight",
        "ms per task",
        "speed-up",
        "95 % interval",
        "verdict",
        "limit",
    ]
    assert rows == [
        ["sleep", "sync", "1", "20.2", "", "", "baseline", ""],
        ["sleep", "threading", "16", "1.35", "15.0x", "15.0–15.0", "faster", "16.1x"],
        ["sleep", "asyncio", "16", "1.30", "15.5x", "15.5–15.5", "faster", "16.1x"],
    ]
    assert "Measured on CPython 3.11.2, GIL on · Cores 2 · Blocks 8, each cell in a fresh process" in text
    assert "`python -m bench all`" in text


def test_few_blocks_are_no_interval_of_95_percent() -> None:
    rows = table_of(exported(run_of({("sleep", "threading"): [14.0, 15.0, 16.0]}, blocks=3), "markdown"))
    assert rows[2][5:7] == ["14.0–16.0 (75 %)", "indicative"]
    rows = table_of(exported(run_of({("sleep", "threading"): 15.0}, blocks=1), "markdown"))
    assert rows[2][5:7] == ["1 block", "indicative"]


def test_several_builds_have_a_table_each() -> None:
    text = exported(builds_run(), "markdown")
    assert re.findall(r"^#### Python `(.*)`$", text, re.MULTILINE) == [
        "3.14.2",
        "3.14.2t",
        "3.14.2t (GIL on)",
    ]
    assert [row[0] for row in table_of(text)].count("workload") == 3


def test_tasks_with_no_work_are_no_comparison() -> None:
    rows = table_of(exported(make_run(), "markdown"))
    assert "null" not in {row[0] for row in rows}


def test_hostile_names_stay_in_their_cells() -> None:
    run = hostile_run()
    rows = table_of(exported(run, "markdown"))
    assert {len(row) for row in rows} == {8}
    labels = {one_line(info.label, 100) for info in run.plan.workloads}
    assert {row[0] for row in rows[1:]} <= labels
    assert one_line(f"threading{HOSTILE}", 100) in {row[1] for row in rows}


pieces = st.lists(
    st.sampled_from([*"|`\\*_[]()<>!#$@:~&-+.=1a ", "http://x.y", "www.a.b", "<!--", "&lt;", "\n", "![", "](", "```"]),
    max_size=12,
).map("".join)  # fmt: skip


@settings(deadline=None)
@given(pieces, pieces)
def test_any_text_stays_text(name: str, note: str) -> None:
    code_cell, note_cell = cell(name), prose(note)
    (_, row) = table_of(f"| a | b |\n|---|---|\n| {code_cell} | {note_cell} |\n")
    assert row[0] == one_line(name, 100)
    assert " ".join(row[1].split()) == " ".join(one_line(note, 500).split())


def test_nobody_is_mentioned_and_nothing_is_linked_in_prose() -> None:
    shown = prose("@me #12 http://x.y www.z :tada:")
    assert not re.search(r"@\w|#\d|://|www\.|:tada", shown)


# The command


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    run = RunFolder.create(tmp_path, SMALL.plan)
    for seen in with_windows(SMALL).observations:
        run.append(seen)
    run.finish("done")
    return run.path


@pytest.mark.parametrize("name", FORMATS)
def test_the_command_prints_it_or_writes_it(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    command(str(folder), name, None)
    printed = capsys.readouterr().out
    command(str(folder), name, str(tmp_path / "out"))
    assert (tmp_path / "out").read_text() == printed
    assert capsys.readouterr().out == f"{tmp_path / 'out'}: {EXPORTS.get(name).opens}\n"


@pytest.mark.parametrize(
    ("format", "out", "words"),
    [
        ("", None, "--format is missing: name one of csv, markdown, pyperf, pytest-benchmark, trace"),
        ("tracee", None, "did you mean trace"),
        ("csv", "", "--out is empty"),
        ("csv", "/proc/nowhere/file", "Cannot write to /proc/nowhere/file: .*; name another file with --out"),
        ("csv", "/", "Cannot write to /: .* name another file"),
    ],
)
def test_a_mistake_is_a_sentence(folder: Path, format: str, out: str | None, words: str) -> None:
    with pytest.raises(UserError, match=words):
        command(str(folder), format, out)


def test_no_run_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is not a run"):
        command(str(tmp_path), "csv", None)


def test_a_device_is_written_to_and_a_link_stays(folder: Path, tmp_path: Path) -> None:
    for name, target in (("nothing", Path("/dev/null")), ("link", tmp_path / "target")):
        (tmp_path / name).symlink_to(target)
        command(str(folder), "csv", str(tmp_path / name))
        assert (tmp_path / name).is_symlink()
    assert (tmp_path / "target").read_text().startswith("block,")
    assert Path("/dev/null").is_char_device()


def test_lone_surrogates_are_written_as_escapes(tmp_path: Path) -> None:
    write(tmp_path / "out", "a\ud800b")
    assert (tmp_path / "out").read_bytes() == b"a\\ud800b"
