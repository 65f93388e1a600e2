"""The pytest plug-in: a fixture ``concurrency`` with assertions about concurrency, decided statistically
instead of by a fixed threshold. It loads nothing that measures before a test uses it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from bench.api.pytest_plugin.fixture import Concurrency
    from bench.api.pytest_plugin.places import Places

PROPERTY = "concurrency"
"""User property of a test's report: a finding as JSON. JUnit files have it, and xdist hands it on."""
OUT_OF_WORKER = "workerinput"


class ConcurrencyWarning(UserWarning):
    """An assertion about concurrency could not be decided within its budget."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("concurrency", "assertions about concurrency")
    group.addoption(
        "--concurrency-budget",
        type=float,
        default=5.0,
        metavar="SECONDS",
        help="Most seconds that one assertion may take (default: 5).",
    )
    group.addoption(
        "--concurrency-strict",
        action="store_true",
        help="Fail an assertion that is undecided within its budget, instead of warning.",
    )
    group.addoption(
        "--concurrency-python",
        action="append",
        default=[],
        metavar="PYTHON",
        help="Make the same assertions on another build, by version (3.14t), name or path; repeat for more.",
    )
    group.addoption(
        "--concurrency-report",
        metavar="FILE.html",
        help="Write a report of all assertions about concurrency.",
    )


def pytest_configure(config: pytest.Config) -> None:
    path = config.getoption("--concurrency-report")
    if path and (Path(path).is_dir() or not Path(path).absolute().parent.is_dir()):
        raise pytest.UsageError(f"--concurrency-report {path}: cannot be written; give a file in a folder.")
    config.pluginmanager.register(SessionRecord(config), "concurrency-session")


class SessionRecord:
    """What the assertions of a session found, and the processes that they share."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.report_path: str | None = config.getoption("--concurrency-report")
        self.found: list[dict[str, Any]] = []
        self.places: Places | None = None  # until a test asks for them

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and not hasattr(self.config, OUT_OF_WORKER):
            told = [json.loads(str(value)) for name, value in report.user_properties if name == PROPERTY]
            self.found += [{"test": report.nodeid, **each} for each in told]

    def pytest_sessionfinish(self) -> None:
        if (path := self.report_path) and not hasattr(self.config, OUT_OF_WORKER):
            from bench.api.pytest_plugin.report import page_of  # jinja2, only where a report is asked for

            Path(path).write_text(page_of(self.found), encoding="utf-8")

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if not self.found and not self.report_path:
            return
        terminalreporter.section("concurrency")
        for each in self.found:
            terminalreporter.line(f"{each['test']}: {each['said']}")
        if self.report_path:
            terminalreporter.line(f"Report: {self.report_path}")

    def pytest_unconfigure(self) -> None:
        if self.places is not None:
            self.places.close()


@pytest.fixture
def concurrency(request: pytest.FixtureRequest) -> Concurrency:
    """Assert what concurrency must do: ``leaves_loop_free``, ``releases_gil``, ``scales``,
    ``same_under_threads``, ``memory_per_task`` and ``beats``."""
    from bench.api.pytest_plugin.fixture import Concurrency, Places  # what measures, where a test uses it

    session = request.config.pluginmanager.get_plugin("concurrency-session")
    assert isinstance(session, SessionRecord)
    if session.places is None:
        session.places = Places(tuple(request.config.getoption("--concurrency-python")))
    return Concurrency(
        places=session.places,
        budget_s=request.config.getoption("--concurrency-budget"),
        strict=request.config.getoption("--concurrency-strict"),
        record=lambda told: request.node.user_properties.append((PROPERTY, json.dumps(told))),
    )
