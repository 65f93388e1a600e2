"""What the checks of the machine say: of trees that were made up, and of figures."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
from rich.console import Console

import bench.environment.checks
from bench.analysis.summary import summarize
from bench.cli.doctor import show, sum_up
from bench.cli.output import make_console
from bench.core.cell import Cell
from bench.core.observation import Failure, Observation, Stage
from bench.core.run import Finding, Run
from bench.environment.checks import (
    CHECKS,
    Check,
    Scene,
    calibration,
    clock,
    cores,
    environment,
    files,
    frequency,
    interpreters,
    load,
    look,
    memory,
    missing,
    mongodb,
    processes,
)
from bench.environment.machine import MOST_FILES, reachable_files
from bench.findings.collect import collect
from bench.findings.text.notes import fitness_notes, notes
from bench.planning.options import Options
from bench.planning.selection import most_connections, select
from bench.report.html.run import render
from bench.report.terminal.summary import print_run
from bench.storage.run_folder import RunFolder, load_run
from tests.made_up import run_of
from tests.made_up_builds import builds_run
from tests.made_up_host import a_host
from tests.made_up_page import HOSTILE, make_run

POOR = Finding("load", "poor", "3.10 on 2 cores", "End it.")
GOOD = Finding("swap", "good", "none")
HIDDEN = Finding("turbo", "unknown", "unknown here")


def tree(root: Path, **texts: str) -> Path:
    """Files by their paths, in which "__" stands for "/"."""
    for path, text in texts.items():
        file = root / path.replace("__", "/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return root


def with_findings(run: Run, *findings: Finding) -> Run:
    return replace(run, plan=replace(run.plan, findings=list(findings)))


# Finding checks, and making them


def test_every_file_of_the_package_is_a_check() -> None:
    there = {path.stem for path in Path(bench.environment.checks.__path__[0]).glob("[!_]*.py")}
    assert {check.name for check in CHECKS.all} == there
    places = [check.place for check in CHECKS.all]
    assert places == sorted(set(places))


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"HOME": "/root", "PYTHONDEVMODE": ""}, "no variable slows or tunes Python"),
        (
            {"PYTHONDEVMODE": "1", "OMP_NUM_THREADS": "2"},
            "OMP_NUM_THREADS and PYTHONDEVMODE set, but removed from measured processes (--keep-env NAME keeps one)",
        ),
        (
            {"PYTHONHASHSEED": "0", "LD_DEBUG": "all"},
            "LD_DEBUG and PYTHONHASHSEED set, and kept in measured processes",
        ),
    ],
)
def test_what_becomes_of_the_environment_is_told(variables: dict[str, str], said: str) -> None:
    assert environment.judge(variables, keep_env=["LD_DEBUG"]) == Finding("environment", "good", said)


def test_quick_checks_look_at_this_machine_and_need_nothing() -> None:
    found = list(look(Scene(), quick=True))
    names = [finding.name for finding in found]
    assert {"core count", "governor", "turbo", "load", "memory", "swap", "environment"} <= set(names)
    assert {"open-file limit", "clock source"} <= set(names)
    assert not {"effective cores", "timer", "steal", "processes", "MongoDB", "workloads"} & set(names)
    assert len(names) == len(set(names))
    for finding in found:
        assert finding.said
        assert bool(finding.advice) == (finding.verdict == "poor")


def test_where_the_system_tells_nothing_no_check_fails(tmp_path: Path) -> None:
    found = {finding.name: finding for finding in look(Scene(tmp_path, tmp_path), quick=True)}
    assert found["governor"].verdict == found["turbo"].verdict == "unknown"
    assert found["clock source"].said.startswith("unknown; perf_counter in steps of ")


def test_a_check_that_fails_is_unknown_and_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def trips(scene: Scene) -> list[Finding]:
        raise OSError("mongodb://me:hunter2@host")

    made = (Check("odd", 1, trips, quick=True), Check("even", 2, lambda scene: [GOOD], quick=True))
    monkeypatch.setattr(CHECKS, "all", made)
    assert list(look(Scene())) == [Finding("odd", "unknown", "unknown: OSError"), GOOD]


# Each check


@pytest.mark.parametrize(
    ("affinity", "quota", "shown", "verdict", "said"),
    [
        (8, None, 8, "good", "8 usable of 8 shown"),
        (2, None, 8, "good", "2 usable of 8 shown"),
        (8, 8.0, 8, "good", "8 usable of 8 shown"),
        (8, 1.5, 8, "poor", "1.5 by CPU quota, of 8 shown"),
        (8, 2.0, 8, "poor", "2 by CPU quota, of 8 shown"),
        (1, None, 8, "poor", "1 usable of 8 shown"),
    ],
)
def test_cores(affinity: int, quota: float | None, shown: int, verdict: str, said: str) -> None:
    found = cores.judge(affinity, quota, shown)
    assert (found.verdict, found.said, bool(found.advice)) == (verdict, said, verdict == "poor")


@pytest.mark.parametrize(
    ("governors", "verdict", "said"),
    [
        (["performance", "performance"], "good", "performance on 2 of 2"),
        (["powersave", "performance"], "poor", "performance on 1 of 2, powersave on 1 of 2"),
        (["schedutil"], "poor", "schedutil on 1 of 1"),
        ([], "unknown", frequency.HIDDEN),
    ],
)
def test_the_governor(tmp_path: Path, governors: list[str], verdict: str, said: str) -> None:
    for cpu, name in enumerate(governors):
        tree(tmp_path, **{f"cpu{cpu}__cpufreq__scaling_governor": f"{name}\n"})
    found = frequency.governor(tmp_path)
    assert (found.verdict, found.said, bool(found.advice)) == (verdict, said, verdict == "poor")


@pytest.mark.parametrize(
    ("files_there", "verdict", "advised"),
    [
        ({"intel_pstate__no_turbo": "0"}, "poor", "echo 1 | sudo tee {}/intel_pstate/no_turbo"),
        ({"intel_pstate__no_turbo": "1"}, "good", ""),
        ({"cpufreq__boost": "1"}, "poor", "echo 0 | sudo tee {}/cpufreq/boost"),
        ({"cpufreq__boost": "0"}, "good", ""),
        ({"cpufreq__policy0__boost": "1"}, "poor", "echo 0 | sudo tee {}/cpufreq/policy*/boost"),
        ({"cpufreq__boost": "odd"}, "unknown", ""),
        ({}, "unknown", ""),
    ],
)
def test_turbo(tmp_path: Path, files_there: dict[str, str], verdict: str, advised: str) -> None:
    found = frequency.turbo(tree(tmp_path, **files_there))
    assert found.verdict == verdict
    assert found.advice.endswith(advised.format(tmp_path))
    assert bool(found.advice) == bool(advised)


@pytest.mark.parametrize(("now", "of", "verdict"), [(0.5, 2, "good"), (0.51, 2, "poor"), (3.1, 64, "good")])
def test_the_load_is_judged_by_the_cores(now: float, of: int, verdict: str) -> None:
    found = load.judge(now, of)
    assert (found.verdict, found.said) == (verdict, f"{now:.2f} on {of} cores in the last minute")


@pytest.mark.parametrize(("available", "verdict"), [(3 << 30, "good"), (1 << 30, "good"), (1 << 29, "poor")])
def test_memory(available: int, verdict: str) -> None:
    found = memory.judge(8 << 30, available)
    assert (found.verdict, found.said) == (verdict, f"{available / 2**30:.1f} of 8.0 GiB available")


def test_a_containers_memory_is_what_counts(tmp_path: Path) -> None:
    proc = tree(tmp_path / "proc", self__cgroup="4:memory:/a\n0::/b/c\n")
    groups = tmp_path / "sys/fs/cgroup"
    old = {"memory.limit_in_bytes": "900", "memory.usage_in_bytes": "700"}
    tree(groups / "memory/a", **old, **{"memory.stat": "inactive_file 1\ntotal_inactive_file 100\n"})
    tree(groups / "b", **{"memory.max": "500", "memory.current": "400", "memory.stat": "inactive_file 50\n"})
    tree(groups / "b/c", **{"memory.max": "max", "memory.current": "300"})
    assert memory.limits(Scene(proc, tmp_path / "sys")) == [(900, 300), (500, 150)]


@pytest.mark.parametrize(
    ("total", "used", "moved", "verdict", "said"),
    [
        (0, 0, 0, "good", "none"),
        (2 << 30, 1 << 30, 0, "good", "1.0 of 2.0 GiB in use, but idle"),
        (2 << 30, 1 << 30, 1 << 20, "poor", "1.0 of 2.0 GiB in use, 20.0 MiB/s moved"),
    ],
)
def test_swap_is_poor_while_it_moves(total: int, used: int, moved: int, verdict: str, said: str) -> None:
    found = memory.judge_swap(total, used, moved)
    assert (found.verdict, found.said) == (verdict, said)


@pytest.mark.parametrize(
    ("reachable", "connections", "verdict", "advised"),
    [(65_536, 1024, "good", ""), (512, 1024, "poor", "raise the hard limit"), (512, 16, "good", "")],
)
def test_the_limit_of_open_files(reachable: int, connections: int, verdict: str, advised: str) -> None:
    found = files.judge(reachable, connections)
    assert found.verdict == verdict
    assert advised in found.advice
    assert bool(found.advice) == bool(advised)


@pytest.mark.parametrize(
    ("soft", "hard", "reachable"),
    [
        (1024, 1 << 20, MOST_FILES),
        (1024, -1, MOST_FILES),
        (256, 512, 512),
        (-1, -1, MOST_FILES),
        (1 << 20, 1 << 20, 1 << 20),
    ],
)
def test_a_run_may_open_as_many_files_as_it_is_allowed_to(
    monkeypatch: pytest.MonkeyPatch, soft: int, hard: int, reachable: int
) -> None:
    monkeypatch.setattr("resource.getrlimit", lambda which: (soft, hard))
    assert reachable_files() == reachable


def test_a_run_needs_as_many_files_as_its_own_cells_have_connections() -> None:
    def needed(**options: object) -> str:
        selections = select(Options(**options), [a_host()], 2)
        found = look(Scene(connections=most_connections(selections)), quick=True)
        return next(f.said for f in found if f.name == "open-file limit").partition(" (")[2]

    assert needed(workloads=("http",), concurrency=(10_000,)) == "10,064 needed)"
    assert needed(workloads=("http",)) == "80 needed)"
    assert needed(workloads=("sleep",), concurrency=(10_000,)) == "64 needed)"
    assert needed(studies=("sweep",)) == "1,088 needed)"


@pytest.mark.parametrize(
    ("source", "step_s", "verdict"),
    [("tsc", 4e-8, "good"), (None, 4e-8, "good"), ("hpet", 4e-8, "poor"), ("odd", 2e-6, "poor")],
)
def test_the_clock(source: str | None, step_s: float, verdict: str) -> None:
    found = clock.judge(source, step_s)
    assert (found.verdict, bool(found.advice)) == (verdict, verdict == "poor")
    assert f"{step_s * 1e9:,.0f} ns" in found.said


def test_the_clock_makes_steps() -> None:
    assert 0 < clock.step() < 1


def test_what_computes_is_named_the_heaviest_first() -> None:
    found = processes.judge([("idle", 0.01), ("some", 0.3), ("most", 1.9)], 0.6)
    assert (found.verdict, found.said) == (
        "poor",
        "most 190 % and some 30 % of a core; all cores are 60 % busy",
    )
    many = processes.judge([(f"p{n}", 1.0) for n in range(9)], 1.0)
    assert many.said.endswith("p4 100 % and 4 more of a core; all cores are 100 % busy")


@pytest.mark.parametrize(("busy", "verdict"), [(0.1, "good"), (0.9, "poor")])
def test_what_cannot_be_seen_shows_in_how_busy_the_cores_are(busy: float, verdict: str) -> None:
    found = processes.judge([("idle", 0.01)], busy)
    assert (found.verdict, bool(found.advice)) == (verdict, verdict == "poor")
    assert (
        found.said == f"none of 1 that are visible uses 20 % of a core; all cores are {100 * busy:.0f} % busy"
    )


def test_a_title_that_a_process_gave_itself_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    class Titled:
        pid = 1

        def cpu_times(self) -> SimpleNamespace:
            return SimpleNamespace(user=0.0, system=0.0)

        def name(self) -> str:  # psutil makes the kernel's name longer by the command line
            return "postgres-exporter --password=hunter2"

    class Gone(Titled):
        def name(self) -> str:
            raise psutil.NoSuchProcess(1)

    monkeypatch.setattr(psutil, "process_iter", lambda: [Titled(), Gone()])
    assert [name for name, _ in processes.watched(0.0)] == ["postgres-export"]


def calibrated(*records: Observation | Failure) -> Scene:
    """A scene in which cells give those, one after the other."""
    given = iter(records * 5)
    return Scene(host=a_host(), measure=lambda cell: next(given))


def test_the_calibration_is_told_with_its_range() -> None:
    seen = [Observation(0, "", 0.0, effective_cores=value, timer_error_s=7e-5) for value in (1e3, 1.2e3)]
    found = {finding.name: finding for finding in calibration.look(calibrated(*seen))}
    assert "1000.00 of" in found["effective cores"].said
    assert "(1000.00 to 1200.00 in 5 tries)" in found["effective cores"].said
    assert found["timer"].said == "a sleep of 1 ms comes 0.07 ms late (up to 0.07)"
    assert set(found) == set(calibration.NAMES)


def test_a_calibration_that_fails_is_unknown() -> None:
    found = calibration.look(calibrated(Failure(0, "", Stage.PROCESS, "was killed by SIGKILL")))
    assert [finding.verdict for finding in found[:2]] == ["unknown", "unknown"]
    assert found[0].said == "not measured: was killed by SIGKILL"
    assert {finding.verdict for finding in calibration.look(Scene())} == {"unknown"}


@pytest.mark.parametrize(
    ("seen", "shown", "physical", "verdict"),
    [
        ((1.9, 2.0), 2, 2, "good"),
        ((1.4, 2.0), 2, None, "poor"),
        ((4.6, 4.8), 8, 4, "good"),
        ((2.0, 4.8), 8, 4, "poor"),
        ((1.0, 1.0), 1, 1, "good"),
    ],
)
def test_effective_cores(seen: Sequence[float], shown: int, physical: int | None, verdict: str) -> None:
    found = calibration.judge_cores(seen, shown, physical)
    assert (found.verdict, bool(found.advice)) == (verdict, verdict == "poor")
    assert ("4 of them hyper-threads" in found.said) == (shown == 8)


def test_hyper_threads_are_told_from_cores(tmp_path: Path) -> None:
    for cpu, siblings in enumerate(("0,2", "1,3", "0,2", "1,3")):
        tree(tmp_path, **{f"cpu{cpu}__topology__thread_siblings_list": siblings})
    assert calibration.physical_cores(tmp_path, range(4)) == 2
    assert calibration.physical_cores(tmp_path, [0, 1]) == 2
    assert calibration.physical_cores(tmp_path, range(5)) is None
    assert calibration.physical_cores(tmp_path, []) is None


@pytest.mark.parametrize(("late", "verdict"), [(8e-5, "good"), (1e-3, "good"), (2e-3, "poor")])
def test_the_timer(late: float, verdict: str) -> None:
    assert calibration.judge_timer([late, late, 1.0]).verdict == verdict


def test_what_the_hypervisor_took() -> None:
    before, after = "cpu  100 0 100 800 0 0 0 0 9 9\ncpu0 1", "cpu  130 0 100 860 0 0 0 10 99 9\ncpu0 1"
    assert calibration.share_stolen(before, after) == pytest.approx(0.1)
    for odd in (None, "", "cpu x", before):
        assert calibration.share_stolen(before, odd) is None
    verdicts = [calibration.judge_stolen(share).verdict for share in (None, 0.0, 0.02, 0.1)]
    assert verdicts == ["unknown", "good", "good", "poor"]


@pytest.mark.parametrize(
    "uri",
    [
        "mongodb://me:hunter2@127.0.0.1:9/",
        "mongodb://me:hun@hunter2/x@127.0.0.1:9/",
        "mongodb://me:hunter2",
        "mongodb://127.0.0.1:9?tlsCertificateKeyFilePassword=hunter2",
        "mongodb://%zz:hunter2@127.0.0.1:9/",
        "mongodb://127.0.0.1:9/?maxPoolSize=hunter2",
        "mongodb://[hunter2",
        "hunter2@127.0.0.1",
    ],
)
def test_a_mongodb_that_does_not_answer_is_told_without_secrets(
    monkeypatch: pytest.MonkeyPatch, uri: str
) -> None:
    monkeypatch.setattr(mongodb, "ANSWERS_WITHIN_S", 0.1)
    (found,) = mongodb.look(Scene(mongo_uri=uri))
    assert found.verdict == "poor"
    assert "hunter2" not in found.said + found.advice
    assert "user:password" not in found.advice  # the letters of USER:PASSWORD as they are


def test_without_a_mongodb_of_ones_own_there_is_the_embedded_one() -> None:
    assert mongodb.look(Scene()) == [Finding("MongoDB", "good", "embedded (simulated)")]


def test_interpreters_are_listed() -> None:
    assert (
        interpreters.judge("3.11.7", ["3.12", "3.14t"]).said == "this is 3.11.7; --python finds 3.12, 3.14t"
    )
    assert interpreters.judge(None, []).said == "--python finds no other"


def test_what_is_missing_is_told_with_the_command_that_installs_it() -> None:
    every = missing.look(Scene(host=a_host()))
    assert [finding.verdict for finding in every] == ["good", "good"]
    assert "all " in every[0].said
    (lacks, _) = missing.look(Scene(host=a_host(without=("aiohttp",))))
    assert (lacks.verdict, "http[aiohttp]" in lacks.said) == ("poor", True)
    assert lacks.advice.endswith("/usr/bin/python3 -m pip install aiohttp")
    (extra, _) = missing.look(Scene(host=a_host(without=("niquests",))))
    assert (extra.verdict, extra.advice) == ("good", "")
    assert "http[niquests] (install with: /usr/bin/python3 -m pip install niquests)" in extra.said


def test_a_model_that_cannot_run_is_told_why() -> None:
    (_, extra) = missing.look(Scene(host=a_host(runners={"trio": "it needs trio: pip install trio"})))
    assert extra.verdict == "good"
    assert extra.said.endswith("trio: it needs trio: pip install trio")
    (_, core) = missing.look(Scene(host=a_host(runners={"multiprocessing": "no semaphores"})))
    assert (core.verdict, core.advice) == ("poor", "multiprocessing: no semaphores.")
    assert {finding.verdict for finding in missing.look(Scene())} == {"unknown"}


# What is said of them, by the command and by a run


def shown(finding: Finding, width: int = 80, encoding: str = "utf-8") -> str:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding=encoding)
    console = make_console(out)
    console.width = width
    show(finding, console)
    return raw.getvalue().decode()


def test_a_line_has_a_sign_and_beneath_it_what_to_do() -> None:
    lines = [line.rstrip() for line in shown(POOR).splitlines()]
    assert lines == [f"! load{' ' * 12}3.10 on 2 cores", f"{' ' * 18}End it."]
    assert shown(GOOD).startswith("✓ swap ")
    assert shown(GOOD, encoding="ascii").startswith("+ swap ")
    assert shown(HIDDEN).startswith("? turbo ")


def test_the_systems_own_words_stay_text() -> None:
    said = "\x1b[2J[bold]\r\x07\u202e\udc80 100%"
    lines = shown(Finding("odd\n[red]", "poor", said * 20, said))
    assert all(len(line) <= 80 for line in lines.splitlines())
    assert not {"\x1b", "\r", "\x07", "\u202e"} & set(lines)
    assert "[bold]" in lines
    assert "odd\\n[red]" in lines


def test_the_last_words_count_what_is_poor() -> None:
    assert sum_up([GOOD]) == "Fit for benchmarking."
    assert sum_up([GOOD, POOR]) == "Fit for benchmarking, except for 1 thing: load."
    other = replace(POOR, name="steal")
    assert sum_up([POOR, HIDDEN, other]) == (
        "Fit for benchmarking, except for 2 things: load, steal. Unknown: turbo."
    )


def test_a_run_keeps_what_was_found(tmp_path: Path) -> None:
    run = with_findings(run_of({("sleep", "asyncio"): 15.0}), POOR, GOOD, HIDDEN)
    folder = RunFolder.create(tmp_path, run.plan)
    folder.finish("done")
    assert load_run(folder.path).plan.findings == [POOR, GOOD, HIDDEN]


def test_what_was_poor_is_one_note_of_the_run() -> None:
    run = run_of({("sleep", "asyncio"): 15.0})
    assert fitness_notes(summarize(run)) == fitness_notes(summarize(with_findings(run, GOOD, HIDDEN))) == []
    poor = summarize(with_findings(run, GOOD, POOR, Finding("swap", "poor", "\x1b[2J2 GiB in use", "x")))
    (note,) = fitness_notes(poor)
    assert note == "Before the run: load was 3.10 on 2 cores; swap was ?[2J2 GiB in use."
    assert note in notes([poor])


def test_a_run_without_findings_prints_what_it_printed() -> None:
    def printed(run: Run) -> str:
        out = io.StringIO()
        print_run(collect(run), Console(file=out, width=80), verbose=True)
        return out.getvalue()

    run = run_of({("sleep", "asyncio"): 15.0})
    assert printed(run) == printed(with_findings(run, GOOD, HIDDEN))
    assert "• Before the run: load was 3.10 on 2 cores." in printed(with_findings(run, POOR))


def page(run: Run) -> str:
    return render(collect(run))


@pytest.mark.parametrize("run", [make_run(), builds_run()])
def test_the_report_has_a_table_of_them_the_poor_first(run: Run) -> None:
    assert "Before the run" not in page(run)
    assert 'class="fitness"' not in page(run)
    text = page(with_findings(run, GOOD, HIDDEN, POOR))
    table = text[text.index('class="fitness"') :].partition("</table>")[0]
    assert table.index("load") < table.index("turbo") < table.index("swap")
    assert "3.10 on 2 cores <small>End it.</small>" in table
    assert len(text) - len(page(run)) < 3000


def test_the_report_takes_no_markup_from_them() -> None:
    odd = Finding(HOSTILE, "poor", HOSTILE, HOSTILE)
    text = page(with_findings(make_run(), odd))
    assert "<img" not in text[text.index('class="fitness"') :]


def test_a_cell_is_asked_for_like_any_other() -> None:
    asked: list[Cell] = []

    def measure(cell: Cell) -> Observation:
        asked.append(cell)
        return Observation(0, cell.key, 0.0, effective_cores=2.0, timer_error_s=1e-4)

    calibration.look(Scene(host=a_host(), measure=measure))
    assert len(asked) == calibration.REPEATS
    assert {(cell.procedure, cell.python) for cell in asked} == {("calibration", "3.11.2")}
