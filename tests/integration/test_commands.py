"""The commands as a user calls them, from the words of a command line to files and exit codes."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench.analysis.summary import summarize
from bench.cli.exit_codes import MEANINGS
from bench.core.catalog import WORKLOADS
from bench.core.demo import DEMOS
from bench.core.runner import RUNNERS
from bench.environment.machine import CALIBRATION_ROUNDS
from bench.execution.services import starters
from bench.execution.services.process import Service, ServiceError
from bench.findings.claim import CLAIMS
from bench.planning.study import STUDIES
from bench.report.exports import EXPORTS
from bench.storage.run_folder import load_run
from tests.integration.command import bench

CORE = ("-r", "sync", "-r", "threading", "-r", "multiprocessing", "-r", "asyncio")
MEASURED = ("-w", "sleep", "-w", "cpu-python", "-w", "http[aiohttp]", *CORE)
IN_PROCESSES = ("cpu-python", "multiprocessing")
FAST = ("--blocks", "1", "-n", "8", "-c", "2", "-p", "seconds=0.005")


@pytest.fixture(scope="module")
def where(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("work")


@pytest.fixture(scope="module")
def done(where: Path) -> subprocess.CompletedProcess[str]:
    """A small run of what waits and of what computes."""
    words = ("-p", "rounds=100_000", "-p", "seconds=0.005", "-p", "delay=0.005", "-n", "16")
    return bench("run", *MEASURED, *words, "--blocks", "2", "--seed", "5", cwd=where)


def test_a_run_ends_well_and_shows_what_it_found(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    for words in (
        "block 1 of 2",
        "GIL",
        "limit",
    ):
        assert words in done.stdout


def test_the_last_lines_are_the_verdicts_the_caveats_and_the_report(
    done: subprocess.CompletedProcess[str], where: Path
) -> None:
    last = done.stdout.rpartition("\n\n")[2]
    places = [last.index(words) for words in ("Waiting, 16 at once: ", "Computing in Python on ", " caveat")]
    assert places == sorted(places)
    said = last.splitlines()[-1]
    assert said.startswith("Report: reports/")
    assert (where / said.removeprefix("Report: ")).is_file()


def test_what_else_there_is_takes_a_word(done: subprocess.CompletedProcess[str], where: Path) -> None:
    assert "Noise floor" not in done.stdout
    assert "Noise floor" in bench("report", "reports/latest", "--verbose", cwd=where).stdout


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_what_is_printed_fits_the_terminal(
    done: subprocess.CompletedProcess[str], where: Path, columns: int
) -> None:
    assert done.returncode == 0
    for words in (["report", "reports/latest", "--verbose"], ["claims", "reports/latest"]):
        lines = bench(*words, cwd=where, COLUMNS=str(columns)).stdout.splitlines()
        assert [line for line in lines if len(line) > columns] == []
        assert [line for line in lines if line.endswith(" ")] == []


@pytest.mark.alone
def test_physics_shows(tmp_path: Path) -> None:
    measured = bench("run", *MEASURED, "--blocks", "1", cwd=tmp_path)
    assert measured.returncode == 0, measured.stderr
    summary = summarize(load_run(tmp_path / "reports" / "latest"))
    found = {(r.cell.workload, r.cell.runner): r.speedup.median for r in summary.rows if r.speedup}
    for runner in ("threading", "multiprocessing", "asyncio"):
        assert found["sleep", runner] > 8
    assert found["http[aiohttp]", "asyncio"] > 4
    assert 0.6 < found["cpu-python", "asyncio"] < 1.6
    if summary.gil:
        assert 0.6 < found["cpu-python", "threading"] < 1.6
    assert summary.effective_cores is not None
    processes = next(r for r in summary.rows if (r.cell.workload, r.cell.runner) == IN_PROCESSES)
    if processes.cores_used is not None and processes.cores_used > 1.7:  # the machine gave it two
        assert found[IN_PROCESSES] > 1.1


def test_the_folder_has_all_it_should(done: subprocess.CompletedProcess[str], where: Path) -> None:
    assert done.returncode == 0
    folder = where / "reports" / "latest"
    assert {p.name for p in folder.iterdir()} == {
        "run.json",
        "observations.jsonl",
        "results.csv",
        "report.html",
    }
    plan = json.loads((folder / "run.json").read_text())
    assert plan["status"] == "done"
    assert plan["seed"] == 5
    assert plan["command"].startswith("python -m bench run -w sleep")
    rows = list(csv.DictReader((folder / "results.csv").open()))
    assert len(rows) == len(plan["cells"]) * 2
    assert float(rows[0]["block"]) == 0
    assert (where / "reports" / "index.html").exists()


def rounds_of_calibration(folder: Path) -> int:
    (cell,) = [
        c for c in json.loads((folder / "run.json").read_text())["cells"] if c["study"] == "calibration"
    ]
    return int(cell["n"])


def test_a_quick_try_calibrates_for_a_shorter_time(
    done: subprocess.CompletedProcess[str], where: Path
) -> None:
    assert done.returncode == 0
    assert rounds_of_calibration(where / "reports" / "latest") == CALIBRATION_ROUNDS
    ran = bench("run", "-w", "null", "-r", "sync", "--blocks", "1", "-n", "4", "--out", "quick", cwd=where)
    assert ran.returncode == 0, ran.stderr
    assert rounds_of_calibration(where / "quick" / "latest") == 1


def test_a_report_can_be_made_again(done: subprocess.CompletedProcess[str], where: Path) -> None:
    assert done.returncode == 0
    page = where / "reports" / "latest" / "report.html"
    before = page.read_text()
    page.unlink()
    again = bench("report", "reports/latest", cwd=where)
    assert again.returncode == 0, again.stderr
    assert page.read_text() == before


def test_the_list_has_everything_and_says_what_is_missing(where: Path) -> None:
    listed = bench("list", cwd=where)
    assert listed.returncode == 0
    names = {word.removesuffix("*") for word in listed.stdout.split()}
    assert names >= {kind.label() for kind in WORKLOADS.all}
    assert names >= {each.name for each in (*RUNNERS.with_variants, *STUDIES.all, *DEMOS.all, *EXPORTS.all)}
    assert "MongoDB: " in listed.stdout
    assert len(listed.stdout.splitlines()) <= 40
    assert f"Claims: {len(CLAIMS.all)};" in listed.stdout


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_the_list_cuts_no_name(where: Path, columns: int) -> None:
    lines = bench("list", cwd=where, COLUMNS=str(columns)).stdout.splitlines()
    assert all(len(line) <= columns for line in lines)
    words = {word.removesuffix("*") for line in lines for word in line.split()}
    assert words >= {kind.label() for kind in WORKLOADS.all}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("sleep", "-p seconds=0.02"),
        ("http", "http[aiohttp]"),
        ("multiprocessing", "Available."),
        ("ladder", "What does one task cost"),
        ("csv", "csv"),
    ],
)
def test_the_details_of_one_are_listed(where: Path, name: str, said: str) -> None:
    listed = bench("list", name, cwd=where)
    assert listed.returncode == 0, listed.stderr
    assert said in listed.stdout


def test_a_name_that_is_nothing_is_a_mistake(where: Path) -> None:
    listed = bench("list", "laddr", cwd=where)
    assert (listed.returncode, listed.stdout) == (2, "")
    assert "did you mean ladder?" in listed.stderr


@pytest.mark.full
def test_a_workload_that_does_not_work_here_is_said_and_the_rest_runs(where: Path) -> None:
    ran = bench(
        "run",
        "-w",
        "sleep",
        "-w",
        "mongo[pymongo]",
        "-r",
        "sync",
        *FAST,
        cwd=where,
        BENCH_MONGO_URI="mongodb://127.0.0.1:9/",
    )
    assert ran.returncode == 3, ran.stderr
    assert "mongo[pymongo] is not available: no MongoDB answers at mongodb://127.0.0.1:9" in " ".join(
        ran.stdout.split()
    )


@pytest.mark.parametrize(
    ("uri", "why"),
    [
        ("mongodb://127.0.0.1:9/", "no MongoDB answers at "),
        ("mongodb://me:p@ss/w:rd@127.0.0.1:9/", "the URI given cannot be used: "),
    ],
)
def test_nothing_measured_of_what_was_asked_for_is_exit_code_3(tmp_path: Path, uri: str, why: str) -> None:
    words = ("run", "-w", "mongo[pymongo]", "-r", "sync", "--blocks", "1")
    ran = bench(*words, cwd=tmp_path, BENCH_MONGO_URI=uri)
    assert ran.returncode == 3, ran.stdout
    assert ran.stderr.startswith(f"bench: Nothing is left to measure: mongo[pymongo]: {why}")
    assert len(ran.stderr.splitlines()) == 1
    assert "w:rd" not in ran.stderr + ran.stdout
    assert not (tmp_path / "reports" / "latest").exists()


def test_every_exit_code_is_in_the_help(where: Path) -> None:
    said = " ".join(bench("--help", cwd=where).stdout.split())
    for code, meaning in MEANINGS.items():
        assert f"{code} {meaning}" in said


@pytest.mark.parametrize("more", [(), ("-w", "sleep")])
def test_a_service_that_does_not_start_is_exit_code_3(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: tuple[str, ...]
) -> None:
    def fails(*_: object, **__: object) -> Service:
        raise ServiceError("the server did not start")

    monkeypatch.setattr(starters, "package_service", fails)
    words = ("run", "-w", "http[aiohttp]", *more, "-r", "asyncio", "--blocks", "1", "-n", "4")
    ran = bench(*words, cwd=tmp_path)
    assert ran.returncode == 3, ran.stdout
    said = " ".join((ran.stdout + ran.stderr).split())
    assert "http[aiohttp]" in said
    assert "the server did not start" in said
    assert bool(ran.stderr) == (not more)


def test_commands_name_the_run_that_they_read(done: subprocess.CompletedProcess[str], where: Path) -> None:
    assert done.returncode == 0
    name = (where / "reports" / "latest").readlink().name
    for words in (
        ["report"],
        ["claims"],
        ["export", "--format", "csv"],
        ["compare", "reports/latest", "reports/latest"],
    ):
        ran = bench(*words, cwd=where)
        assert ran.returncode == 0, ran.stderr
        assert f"reports/{name}" in (ran.stderr if words[0] == "export" else ran.stdout)
        assert words[0] == "export" or "reports/latest" not in ran.stdout


def test_claims_are_not_judged_by_a_study_alone(tmp_path: Path) -> None:
    first = bench("run", "--study", "ladder", "--blocks", "1", cwd=tmp_path)
    assert first.returncode == 0, first.stderr
    none = bench("claims", cwd=tmp_path)
    assert none.returncode == 2
    assert "No run in reports compares models: make one with `python -m bench all`" in none.stderr
    compared = bench("run", "-w", "sleep", "-r", "sync", *FAST, cwd=tmp_path)
    assert compared.returncode == 0, compared.stderr
    judged = (tmp_path / "reports" / "latest").readlink().name
    assert bench("run", "--study", "ladder", "--blocks", "1", cwd=tmp_path).returncode == 0
    assert (tmp_path / "reports" / "latest").readlink().name != judged
    assert f"reports/{judged}" in bench("claims", cwd=tmp_path).stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["run", "-w", "slep"], "Unknown workload 'slep': did you mean sleep"),
        (["run", "-r", "threads"], "Unknown runner 'threads': did you mean threading"),
        (["run", "--client", "motr"], "Unknown client 'motr': did you mean motor?"),
        (["run", "-w", "sleep", "-p", "seconds=-1"], "must be between 0 and 60"),
        (["run", "-w", "sleep", "-c", "0"], "concurrency=0: it must be a whole number between 1 and 100,000"),
        (["run", "-w", "sleep", "-n", "many"], "Invalid value for '--tasks' / '-n'"),
        (["all", "--quick", "--thorough"], "choose one"),
        (["all", "--budget", "9" * 400 + "h"], "longer than a month"),
        (["run", "-w", "sleep", "--out", ""], "--out is empty"),
        (["all", "--mongod", "/bin/true", "--mongo-uri", "mongodb://127.0.0.1:9/"], "choose one"),
        (["all", "--budget", "soon"], "--budget 'soon' is not a time"),
        (
            ["all", "--mongo-uri", "mongodb://127.0.0.1:9/", "--quick"],
            "No MongoDB answers at mongodb://127.0.0.1:9",
        ),
        (
            ["all", "--mongo-uri", "127.0.0.1"],
            "The URI given cannot be used: ServerSelectionTimeoutError. Write it as mongodb://",
        ),
        (
            ["run", "-w", "mongo", "-p", "delay=0.01", "--mongo-uri", "mongodb://127.0.0.1:9/"],
            "-p delay does not reach mongodb://127.0.0.1:9",
        ),
        (["run", "-w", "mongo", "--mongod", "/nowhere/mongod"], "--mongod /nowhere/mongod is not a program"),
        (["run", "-w", "sleep", "--out", "/proc/reports"], "Cannot write to /proc/reports"),
        (["report", "nowhere"], "nowhere is not a run"),
        (["al"], "No such command 'al'"),
        (["all", "--quik"], "No such option '--quik'. Did you mean '--quick'?"),
    ],
)
def test_a_mistake_is_one_sentence_and_exit_code_2(where: Path, words: list[str], sentence: str) -> None:
    ran = bench(*words, cwd=where)
    assert ran.returncode == 2
    assert sentence in " ".join(ran.stderr.split())
    assert "Traceback" not in ran.stderr + ran.stdout
    assert not ran.stdout


@pytest.mark.full
def test_a_reader_that_goes_away_ends_no_measurement(where: Path) -> None:
    words = ["run", "-w", "sleep", "-r", "sync", "--out", "piped", *FAST]
    ran = subprocess.Popen(
        [sys.executable, "-m", "bench", *words], cwd=where, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert ran.stdout is not None
    ran.stdout.close()
    assert ran.wait(60) == 0
    assert ran.stderr is not None
    assert not ran.stderr.read()
    assert (where / "piped" / "latest" / "report.html").exists()


def test_a_plain_encoding_shows_what_it_can(done: subprocess.CompletedProcess[str], where: Path) -> None:
    assert done.returncode == 0
    for words in (["report", "reports/latest"], ["list"]):
        ran = bench(*words, cwd=where, LC_ALL="C", PYTHONIOENCODING="ascii")
        assert ran.returncode == 0, ran.stderr


@pytest.mark.full
def test_markup_in_a_name_is_a_name(where: Path) -> None:
    ran = bench("run", "-w", "sleep", "-r", "sync", "--out", "[/bold]x", *FAST, cwd=where)
    assert ran.returncode == 0, ran.stderr
    assert "[/bold]x" in ran.stdout


def test_no_credentials_are_kept_or_shown(where: Path) -> None:
    uri = "mongodb://me:hunter2@127.0.0.1:9/"
    ran = bench("run", "-w", "mongo", "--mongo-uri", uri, cwd=where)
    assert "hunter2" not in ran.stdout + ran.stderr
    ran = bench("run", "-w", "sleep", "-r", "sync", "--out", "kept", "--mongo-uri", uri, *FAST, cwd=where)
    assert ran.returncode == 0, ran.stderr
    assert not [p for p in (where / "kept").rglob("*") if p.is_file() and "hunter2" in p.read_text()]
