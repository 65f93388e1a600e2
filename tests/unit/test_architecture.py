"""Who may import whom (and what must not be loaded before it is needed)."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# A module whose name begins with the key imports nothing of the package but what begins with these.
ALLOWED = {
    "bench.core.errors": (),
    "bench.core.sanitize": (),
    "bench.core.demo_outcome": (),
    "bench.core.records": ("bench.core.demo_outcome",),
    "bench.core.code_loading": (),
    "bench.core.user_function": ("bench.core.code_loading", "bench.core.workload"),
    "bench.core.workload": ("bench.core.code_loading", "bench.core.records"),
    "bench.core.batch": ("bench.core.workload",),
    "bench.runners._executors": ("bench.core.batch",),
    "bench.core.runner": ("bench.core.batch", "bench.core.records", "bench.core.workload"),
    "bench.runners": (
        "bench.core.batch",
        "bench.runners._dask_cluster",
        "bench.runners._executors",
        "bench.core.runner",
        "bench.runners",
        "bench.runners._start_method",
    ),
    "bench.runners._start_method": ("bench.core.runner",),
    "bench.runners._dask_cluster": ("bench.core.runner", "bench.runners._start_method"),
    "bench.worker": (
        "bench.core.batch",
        "bench.runners._dask_cluster",
        "bench.core.user_function",
        "bench.core.records",
        "bench.core.runner",
        "bench.worker",
        "bench.core.workload",
    ),
    "bench.core.demo": ("bench.core.demo_outcome",),
    "bench.core.demo_checks": ("bench.core.demo",),
    "bench.execution.demos.code": ("bench.core.demo",),
    "bench.execution.demos.timeline": ("bench.core.demo",),
    "bench.execution.demos.worker": ("bench.core.demo", "bench.core.demo_outcome", "bench.core.records"),
    "bench.findings.claim": ("bench.analysis", "bench.planning.registry"),
    "bench.findings.claims": ("bench.analysis", "bench.findings.claim", "bench.findings.studies"),
    "bench.findings.question": ("bench.analysis", "bench.planning.registry"),
    "bench.findings.questions": ("bench.analysis", "bench.findings.question", "bench.findings.questions"),
    "bench.findings.answer": ("bench.analysis.statistics",),
    "bench.findings.studies": (
        "bench.analysis",
        "bench.findings.answer",
        "bench.core.user_function",
        "bench.planning.sizing",
        "bench.core.records",
        "bench.core.runner",
        "bench.findings.study",
        "bench.worker.rungs",
        "bench.core.workload",
        "workloads",
    ),
    "bench.storage.validation": ("bench.core.demo_outcome", "bench.core.records"),
    "bench.storage.reader": (
        "bench.core.errors",
        "bench.core.demo_outcome",
        "bench.core.sanitize",
        "bench.storage.validation",
        "bench.core.records",
    ),
    "bench.storage.run_folder": (
        "bench.core.errors",
        "bench.core.demo_outcome",
        "bench.storage.reader",
        "bench.core.records",
    ),
    "bench.environment.checks": (
        "bench.planning.registry",
        "bench.environment.checks",
        "bench.environment.interpreter",
        "bench.environment.machine",
        "bench.planning.plugins",
        "bench.planning.sizing",
        "bench.environment.discovery",
        "bench.core.records",
        "bench.core.credentials",
        "bench.execution.services.drop",
        "bench.execution.services.starters",
    ),
    "bench.analysis": (
        "bench.analysis",
        "bench.findings.answer",
        "bench.core.records",
        "bench.core.histogram",
        "bench.core.sanitize",
    ),
    "bench.report.exports": (
        "bench.analysis",
        "bench.planning.registry",
        "bench.core.errors",
        "bench.report.exports",
        "bench.core.records",
        "bench.core.sanitize",
    ),
    "bench.report.saved_run": (
        "bench.analysis",
        "bench.findings.collect",
        "bench.core.records",
        "bench.storage.run_folder",
    ),
    "bench.api": (
        "bench.report.saved_run",
        "bench.analysis",
        "bench.planning.registry",
        "bench.cli",
        "bench.core.errors",
        "bench.findings.collect",
        "bench.execution.signals",
        "bench.core.records",
        "bench.report",
        "bench.planning.selection",
        "bench.execution.run",
        "bench.execution.services",
        "bench.execution.session",
        "bench.storage.run_folder",
    ),
    "bench.report": (
        "bench.analysis",
        "bench.findings.answer",
        "bench.findings.collect",
        "bench.planning.registry",
        "bench.core.errors",
        "bench.report.exports",
        "bench.core.demo_outcome",
        "bench.core.sanitize",
        "bench.storage.reader",
        "bench.core.records",
        "bench.report",
        "bench.storage.run_folder",
        "bench.findings.study",
    ),
    "workloads": (
        "bench",
        "bench.core.demo",
        "bench.core.demo_checks",
        "bench.core.records",
        "bench.core.http_answers",
        "workloads",
    ),
}
NEVER = {
    "bench.execution.session": ("bench.analysis", "bench.report", "bench.cli", "bench.execution.run"),
    "bench.execution.run": ("bench.analysis", "bench.report", "bench.cli"),
    "bench.execution.resume": ("bench.analysis", "bench.report", "bench.cli"),
    "bench.execution.watchdog": (
        "bench.analysis",
        "bench.report",
        "bench.cli",
        "bench.execution.session",
        "bench.execution.services",
    ),
    "bench.execution.services": ("bench.analysis", "bench.report", "bench.cli", "bench.execution.session"),
    "bench.planning.sizing": ("bench.analysis", "bench.report", "bench.cli", "bench.execution.session"),
    "bench.execution.demos.run": ("bench.analysis", "bench.report", "bench.cli", "bench.execution.session"),
}


def modules() -> list[tuple[str, Path]]:
    files = [*ROOT.glob("bench/**/*.py"), *ROOT.glob("workloads/**/*.py")]
    return [(".".join(f.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"), f) for f in files]


def imports_of(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative import"
            found.add(node.module)
    return {name for name in found if name.split(".")[0] in ("bench", "workloads")}


def within(name: str, prefix: str) -> bool:
    return name == prefix or name.startswith(prefix + ".")


@pytest.mark.parametrize(("name", "path"), modules(), ids=[name for name, _ in modules()])
def test_imports_go_one_way(name: str, path: Path) -> None:
    for area, allowed in ALLOWED.items():
        if within(name, area):
            for imported in imports_of(path):
                exact = imported == "bench" and "bench" in allowed
                fits = any(within(imported, prefix) for prefix in allowed if prefix != "bench")
                assert exact or fits, f"{name} imports {imported}"
    for area, forbidden in NEVER.items():
        if within(name, area):
            for imported in imports_of(path):
                assert not any(within(imported, prefix) for prefix in forbidden), f"{name} imports {imported}"


def loaded_by(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\nprint(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return set(done.stdout.split())


def test_the_worker_loads_the_standard_library_and_itself_alone() -> None:
    bare = (
        "import bench.worker.request, bench.runners.multiprocessing, bench.runners.asyncio, workloads.sleep,"
        " bench.runners.trio, bench.runners.gevent, bench.runners.interpreters, bench.runners.dask"
    )
    heavy = {"pandas", "numpy", "rich", "jinja2", "msgspec", "typer", "psutil", "httpx", "pymongo", "aiohttp"}
    assert not loaded_by(bare) & (heavy | {"trio", "gevent", "dask", "distributed"})


def test_nothing_that_gevent_patches_is_loaded_before_it_does() -> None:
    before = loaded_by("import bench.worker.__main__, bench.runners.gevent")
    assert not before & {"asyncio", "queue", "select", "selectors", "socket", "ssl", "subprocess"}


def test_importing_the_package_loads_nothing_that_measures_or_analyses() -> None:
    heavy = {
        "pandas",
        "numpy",
        "rich",
        "jinja2",
        "msgspec",
        "typer",
        "psutil",
        "bench.report.saved_run",
        "bench.execution.session",
    }
    assert not loaded_by("import bench") & heavy
    assert not loaded_by("from bench import *") & {
        "pandas",
        "numpy",
        "rich",
        "msgspec",
        "bench.execution.session",
    }


def test_a_demo_loads_the_standard_library_and_itself_alone() -> None:
    heavy = {"pandas", "numpy", "rich", "jinja2", "msgspec", "typer", "psutil", "httpx", "pymongo", "aiohttp"}
    assert not loaded_by("import bench.execution.demos.worker, workloads.patterns.count") & heavy


def test_what_measures_loads_nothing_that_analyses() -> None:
    assert not loaded_by("import bench.execution.run") & {"pandas", "numpy", "scipy", "jinja2", "rich"}


def test_nothing_that_analyses_is_loaded_before_it_is_measured() -> None:
    assert not loaded_by("import bench.cli.measuring") & {"pandas", "numpy", "scipy", "jinja2"}


def test_help_loads_nothing_heavy() -> None:
    assert not loaded_by("import bench.cli.app") & {
        "pandas",
        "numpy",
        "rich",
        "jinja2",
        "pymongo",
        "httpx",
        "asyncio",
        "dask",
        "distributed",
    }


def test_the_catalogue_loads_no_client() -> None:
    clients = {"httpx", "aiohttp", "pymongo", "motor", "mongomock", "mongomock_motor", "trio", "gevent"}
    clients |= {"dask", "distributed"}
    assert (
        not loaded_by(
            "import bench.planning.registry; bench.planning.registry.all_workloads(); bench.planning.registry.all_runners()"
        )
        & clients
    )
