"""How the tests are run: side by side, then those that must run alone; in a small form, or in full.

``python -m pytest`` starts pytest-xdist's workers, two for each core, since most tests wait for processes. Tests
marked ``alone`` hold figures against each other: the workers leave them out, and the process that started the
workers runs them once these have ended. No worker starts for a single file, ``-s``, ``--pdb`` or ``--benchmark-only``.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

MOST_WORKERS = 16
INTERRUPTS, INTERRUPTS_IN_FULL = 3, 30
FILES, FILES_IN_FULL = 400, 2_500
OUTCOMES = "bench/outcomes"  # of the last run, in pytest's cache

left_out = pytest.StashKey[list[str]]()  # by the workers: node ids of tests marked ``alone``


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("bench", "size of the tests")
    group.addoption("--full", action="store_true", help="run what takes minutes in full, as .ci/run does")
    group.addoption(
        "--interrupts",
        type=int,
        help=f"how many runs tests/faults interrupts at random moments ({INTERRUPTS}, or {INTERRUPTS_IN_FULL} in full)",
    )
    group.addoption(
        "--files",
        type=int,
        help=f"how many spoiled run folders tests/faults reads ({FILES}, or {FILES_IN_FULL:,} in full)",
    )
    group.addoption("--files-from", type=int, default=0, help="the first seed of them")
    group.addoption(
        "--second-try",
        action="store_true",
        help="with --last-failed: list what failed at first, and what became of it",
    )


def pytest_configure(config: pytest.Config) -> None:
    # The tests start Python thousands of times: let it compile each module once, not each time.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    # In the background of a shell, interrupts are ignored, and what is started there inherits that.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    option = config.option
    if option.interrupts is None:
        option.interrupts = INTERRUPTS_IN_FULL if option.full else INTERRUPTS
    if option.files is None:
        option.files = FILES_IN_FULL if option.full else FILES
    if option.tx or hasattr(config, "workerinput"):
        option.benchmark_disable = True  # as pytest-benchmark does itself beside workers, but with a warning
    config.stash[left_out] = []


@pytest.fixture(scope="session")
def full(pytestconfig: pytest.Config) -> bool:
    """Whether to do in full what takes minutes."""
    return bool(pytestconfig.option.full)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """How many workers ``-n auto`` starts. 0: the tests run in this process."""
    if os.environ.get("PYTEST_XDIST_AUTO_NUM_WORKERS"):
        return None  # pytest-xdist reads it
    option = config.option
    paths = {Path(each.partition("::")[0]) for each in config.args}
    one_file = len(paths) == 1 and all(path.suffix == ".py" for path in paths)
    if one_file or option.usepdb or option.trace or option.capture == "no" or option.benchmark_only:
        return 0
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return min(2 * cores, MOST_WORKERS)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what is run in full only. In a worker: leave out what must run alone, and tell the process that
    started the worker."""
    for item in items:
        if not config.option.full and item.get_closest_marker("full"):
            item.add_marker(pytest.mark.skip(reason="takes long: runs with --full"))
    if hasattr(config, "workerinput"):
        config.workeroutput["alone"] = [item.nodeid for item in items if item.get_closest_marker("alone")]
        items[:] = [item for item in items if not item.get_closest_marker("alone")]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A worker has ended: note what it left out, which is the same for all."""
    if alone := getattr(node, "workeroutput", {}).get("alone"):
        node.config.stash[left_out] = alone


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    """After the workers, run here what they left out."""
    done = yield
    if alone := session.config.stash[left_out]:
        beside = session.testscollected
        session.perform_collect([f"{session.config.rootpath}/{nodeid}" for nodeid in alone])
        session.testscollected += beside
        for item, following in zip(session.items, [*session.items[1:], None], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if session.shouldfail:
                raise session.Failed(session.shouldfail)
            if session.shouldstop:
                raise session.Interrupted(session.shouldstop)
    return done


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    reports = {
        outcome: [report for report in terminalreporter.stats.get(outcome, []) if report.nodeid]
        for outcome in ("passed", "skipped", "failed", "error")
    }
    if config.option.second_try:
        terminalreporter.section("tried again")
        terminalreporter.line(f"The first time: {config.cache.get(OUTCOMES, 'nothing')}.")
        for outcome, those in reports.items():
            for report in those:
                terminalreporter.line(f"failed at first, {outcome} when tried again: {report.nodeid}")
    elif getattr(config, "cache", None):
        counts = [f"{len(those)} {outcome}" for outcome, those in reports.items() if those]
        config.cache.set(OUTCOMES, ", ".join(counts))
