"""``python -m bench.worker.probe``: description of a measured interpreter, as a line of JSON.

Reads ``{"modules": [...], "runners": [...]}`` on standard input.
"""

import importlib.metadata
import importlib.util
import json
import platform
import sys
import sysconfig
from collections.abc import Iterable
from typing import Any

from bench.core.errors import UserError
from bench.core.runner import RUNNERS, gil_enabled

OPTIONS = (
    "--disable-gil",
    "--enable-optimizations",
    "--with-lto",
    "--enable-experimental-jit",
    "--with-pydebug",
)


def describe(modules: Iterable[str], runners: Iterable[str]) -> dict[str, Any]:
    """Description of this interpreter: its build, the versions of the installed modules, and for each runner
    why it cannot run here (None: it can). Imports no client, which might change what is described."""
    return {
        "executable": sys.executable,
        "version": platform.python_version(),
        "implementation": platform.python_implementation(),
        "gil": gil_enabled(),
        "free_threaded_build": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
        "jit": jit(),
        "build": build(),
        "modules": {name: version_of(name) for name in modules if importlib.util.find_spec(name)},
        "runners": {name: why_not(name) for name in runners},
        "pip": importlib.util.find_spec("pip") is not None,
    }


def why_not(runner: str) -> str | None:
    """Why a runner cannot run here; None where it can."""
    try:
        found = RUNNERS.load(runner)
    except UserError as error:
        return str(error)
    return found.available() if found else "it is not installed"


def jit() -> bool | None:
    """Whether the just-in-time compiler is on; None where Python does not say (before 3.14)."""
    compiler = getattr(sys, "_jit", None)
    return bool(compiler.is_enabled()) if compiler is not None and compiler.is_available() else None


def build() -> str:
    """The compiler, its optimisation level and the build options that change the speed."""
    options = str(sysconfig.get_config_var("CONFIG_ARGS") or "")
    flags = [str(sysconfig.get_config_var(name) or "") for name in ("PY_CFLAGS", "OPT")]
    optimisation = [flag for flag in " ".join(flags).split() if flag.startswith("-O")][-1:]
    given = [option for option in OPTIONS if option in options]
    return ", ".join([platform.python_compiler().strip(), *optimisation, *given])


def version_of(module: str) -> str:
    """The version of the distribution of that name; "" where there is none of the same name."""
    try:
        return importlib.metadata.version(module.replace("_", "-"))
    except importlib.metadata.PackageNotFoundError:
        return ""


if __name__ == "__main__":
    described = json.dumps(describe(**json.load(sys.stdin)))
    print(f"\n{described}")  # on a line of its own, whatever a sitecustomize printed before
