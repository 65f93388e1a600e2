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
    "bench.errors": (),
    "bench.plain": (),
    "bench.outcome": (),
    "bench.records": ("bench.outcome",),
    "bench.loading": (),
    "bench.own": ("bench.loading", "bench.workload"),
    "bench.workload": ("bench.loading", "bench.records"),
    "bench.batch": ("bench.workload",),
    "bench.executors": ("bench.batch",),
    "bench.runner": ("bench.batch", "bench.records", "bench.workload"),
    "bench.runners": (
        "bench.batch",
        "bench.clusters",
        "bench.executors",
        "bench.runner",
        "bench.runners",
        "bench.start",
    ),
    "bench.start": ("bench.runner",),
    "bench.clusters": ("bench.runner", "bench.start"),
    "bench.worker": (
        "bench.batch",
        "bench.clusters",
        "bench.own",
        "bench.records",
        "bench.runner",
        "bench.worker",
        "bench.workload",
    ),
    "bench.demo": ("bench.outcome",),
    "bench.demos.checks": ("bench.demo",),
    "bench.demos.code": ("bench.demo",),
    "bench.demos.timeline": ("bench.demo",),
    "bench.demos.worker": ("bench.demo", "bench.outcome", "bench.records"),
    "bench.claim": ("bench.analysis", "bench.catalog"),
    "bench.claims": ("bench.analysis", "bench.claim", "bench.studies"),
    "bench.question": ("bench.analysis", "bench.catalog"),
    "bench.questions": ("bench.analysis", "bench.question", "bench.questions"),
    "bench.answer": ("bench.analysis.statistics",),
    "bench.studies": (
        "bench.analysis",
        "bench.answer",
        "bench.own",
        "bench.plan",
        "bench.records",
        "bench.runner",
        "bench.study",
        "bench.worker.rungs",
        "bench.workload",
        "workloads",
    ),
    "bench.possible": ("bench.outcome", "bench.records"),
    "bench.reading": ("bench.errors", "bench.outcome", "bench.plain", "bench.possible", "bench.records"),
    "bench.store": ("bench.errors", "bench.outcome", "bench.reading", "bench.records"),
    "bench.checks": (
        "bench.catalog",
        "bench.checks",
        "bench.host",
        "bench.machine",
        "bench.others",
        "bench.plan",
        "bench.pythons",
        "bench.records",
        "bench.services.credentials",
        "bench.services.drop",
        "bench.services.starters",
    ),
    "bench.analysis": (
        "bench.analysis",
        "bench.answer",
        "bench.records",
        "bench.worker.histogram",
        "bench.plain",
    ),
    "bench.exports": (
        "bench.analysis",
        "bench.catalog",
        "bench.errors",
        "bench.exports",
        "bench.records",
        "bench.plain",
    ),
    "bench.saved_run": ("bench.analysis", "bench.findings", "bench.records", "bench.store"),
    "bench.api": (
        "bench.saved_run",
        "bench.analysis",
        "bench.catalog",
        "bench.cli",
        "bench.errors",
        "bench.findings",
        "bench.interrupts",
        "bench.records",
        "bench.report",
        "bench.selection",
        "bench.main_job",
        "bench.services",
        "bench.session",
        "bench.store",
    ),
    "bench.report": (
        "bench.analysis",
        "bench.answer",
        "bench.findings",
        "bench.catalog",
        "bench.errors",
        "bench.exports",
        "bench.outcome",
        "bench.plain",
        "bench.reading",
        "bench.records",
        "bench.report",
        "bench.store",
        "bench.study",
    ),
    "workloads": (
        "bench",
        "bench.demo",
        "bench.demos.checks",
        "bench.records",
        "bench.services.http_answers",
        "workloads",
    ),
}
NEVER = {
    "bench.session": ("bench.analysis", "bench.report", "bench.cli", "bench.main_job"),
    "bench.main_job": ("bench.analysis", "bench.report", "bench.cli"),
    "bench.resume": ("bench.analysis", "bench.report", "bench.cli"),
    "bench.guard": ("bench.analysis", "bench.report", "bench.cli", "bench.session", "bench.services"),
    "bench.services": ("bench.analysis", "bench.report", "bench.cli", "bench.session"),
    "bench.plan": ("bench.analysis", "bench.report", "bench.cli", "bench.session"),
    "bench.demos.run": ("bench.analysis", "bench.report", "bench.cli", "bench.session"),
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
        "bench.saved_run",
        "bench.session",
    }
    assert not loaded_by("import bench") & heavy
    assert not loaded_by("from bench import *") & {"pandas", "numpy", "rich", "msgspec", "bench.session"}


def test_a_demo_loads_the_standard_library_and_itself_alone() -> None:
    heavy = {"pandas", "numpy", "rich", "jinja2", "msgspec", "typer", "psutil", "httpx", "pymongo", "aiohttp"}
    assert not loaded_by("import bench.demos.worker, workloads.patterns.count") & heavy


def test_what_measures_loads_nothing_that_analyses() -> None:
    assert not loaded_by("import bench.main_job") & {"pandas", "numpy", "scipy", "jinja2", "rich"}


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
        not loaded_by("import bench.catalog; bench.catalog.all_workloads(); bench.catalog.all_runners()")
        & clients
    )
