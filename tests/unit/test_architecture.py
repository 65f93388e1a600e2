"""Who may import whom (and what must not be loaded before it is needed)."""

from __future__ import annotations

import ast
import io
import subprocess
import sys
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
IMPORT = ast.Import | ast.ImportFrom

# From below to above: a module imports from its own layer and from those below it.
LAYERS = (
    "bench",  # the public names; it loads them when they are used
    "bench.core",
    "workloads",
    "bench.runners",
    "bench.worker",
    "bench.storage",
    "bench.environment",
    "bench.planning",
    "bench.execution",
    "bench.analysis",
    "bench.findings",
    "bench.report",
    "bench.api",
    "bench.cli",
    "bench.__main__",
)


def modules() -> list[tuple[str, Path]]:
    files = [*ROOT.glob("bench/**/*.py"), *ROOT.glob("workloads/**/*.py")]
    return [(".".join(f.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"), f) for f in files]


def imports_of(tree: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, "a relative import"
            found.add(node.module)
    return {name for name in found if name.split(".")[0] in ("bench", "workloads")}


def layer_of(name: str) -> str:
    return "workloads" if name.split(".", maxsplit=1)[0] == "workloads" else ".".join(name.split(".")[:2])


@pytest.mark.parametrize(("name", "path"), modules(), ids=[name for name, _ in modules()])
def test_imports_go_down(name: str, path: Path) -> None:
    own = LAYERS.index(layer_of(name))
    if name == "bench":  # what it imports, it imports for type checkers alone
        return
    for imported in imports_of(ast.parse(path.read_text())):
        assert LAYERS.index(layer_of(imported)) <= own, f"{name} imports {imported}"


def test_bench_has_an_entry_for_each_stage() -> None:
    texts = {"GUIDE.md", "METHOD.md"}
    entries = {path.name for path in (ROOT / "bench").iterdir()} - {"__pycache__", "py.typed"} - texts
    assert len(entries) <= 14
    assert {path for path in entries if path.endswith(".py")} == {"__init__.py", "__main__.py"}


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


def test_whoever_adds_a_workload_or_a_model_loads_the_standard_library_alone() -> None:
    loaded = loaded_by(
        "from bench import Batch, Env, InProcess, Job, Runner, Workload, param, timed, timed_async"
    )
    packages = {name.partition(".")[0] for name in loaded - loaded_by("pass")}
    assert not packages - {*sys.stdlib_module_names, "bench"}


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


def test_the_cells_of_studies_load_nothing_that_analyses() -> None:
    loaded = loaded_by("import bench.planning.study; bench.planning.study.STUDIES.all")
    assert "bench.planning.studies.sweep" in loaded
    heavy = {"pandas", "numpy", "scipy", "rich", "jinja2", "httpx", "pymongo", "aiohttp"}
    assert not loaded & (heavy | {"bench.analysis", "bench.findings"})


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
            "import bench.core.catalog; bench.core.catalog.WORKLOADS.all; bench.core.catalog.RUNNERS.all"
        )
        & clients
    )


MOST_LATE_IMPORTS = 39  # inside functions


def late_imports(text: str) -> dict[int, str]:
    """Imports inside functions, by line, each with the comment on its lines (or "")."""
    comments = {
        token.start[0]: token.string.removeprefix("#").strip()
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type == tokenize.COMMENT
    }
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, FUNCTION)]
    found = [node for each in functions for node in ast.walk(each) if isinstance(node, IMPORT)]
    return {
        node.lineno: " ".join(
            comments.get(line, "") for line in range(node.lineno, node.end_lineno + 1)
        ).strip()
        for node in found
        if node.end_lineno
    }


def is_reason(comment: str) -> bool:
    """Whether it says more than what a linter is to overlook."""
    return any(not part.strip().startswith(("type:", "noqa")) for part in comment.split("#") if part.strip())


def test_an_import_inside_a_function_says_which_cost_it_avoids() -> None:
    found = {
        f"{name}:{line}": comment
        for name, path in modules()
        for line, comment in late_imports(path.read_text()).items()
    }
    assert len(found) <= MOST_LATE_IMPORTS, "\n".join(found)
    without = [place for place, comment in found.items() if not is_reason(comment)]
    assert not without, "\n".join(without)


def test_a_reason_is_told_from_words_for_a_linter() -> None:
    text = "import a\ndef f():\n import b\n def g():\n  from c import (\n   d,  # slow\n  )\n  import e  # noqa: F401\n"
    assert late_imports(text) == {3: "", 5: "slow", 8: "noqa: F401"}
    assert [
        is_reason(comment) for comment in ("", "slow", "noqa: F401", "type: ignore[x]  # from 3.14 on")
    ] == [
        False,
        True,
        False,
        True,
    ]


def test_two_classes_never_share_a_name() -> None:
    places: dict[str, list[str]] = {}
    for name, path in modules():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name, []).append(name)
    shared = {name: where for name, where in places.items() if len(where) > 1}
    assert not shared, "\n".join(f"{name}: {where}" for name, where in shared.items())
