"""``python -m bench.worker.package FD``: what this interpreter does with a package.

Reads ``{"name", "folder", "seconds"}`` on standard input; writes a line of JSON to FD, with the fields of
``bench.core.package.Package``. Each extension module is imported in a fork of a process that has imported
nothing of the package: the GIL stays on once it was turned on, and Python names only the first to do so.
"""

import importlib
import importlib.metadata
import inspect
import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import Any

from bench.core.code_loading import spec_of
from bench.core.package import ImportFailure, Package, own_module
from bench.core.runner import gil_enabled
from bench.worker import gil

FREE_THREADING = "Programming Language :: Python :: Free Threading :: "


def main() -> None:
    descriptor = int(sys.argv[1])
    os.set_inheritable(descriptor, False)
    gil.watch()
    asked = json.loads(sys.stdin.readline())
    sys.path.append(asked["folder"])
    answer = json.dumps(asdict(look(asked["name"], asked["seconds"])))
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(f"{answer}\n")


def look(name: str, seconds: float) -> Package:
    """The package as this interpreter sees it. No import begins after so many seconds."""
    end = time.monotonic() + seconds
    spec = spec_of(name)
    if spec is None:
        return Package(name, absent=first_absent(name))
    top = forked(name)
    turned_on, failures = [top["by"]], [top["failure"]]
    extensions = list(extension_modules(name, spec.origin, spec.submodule_search_locations or ()))
    left_out = 0
    for module in extensions if not (top["by"] or top["failure"] or gil_enabled()) else ():
        if module in top["loaded"]:
            continue
        if time.monotonic() > end:
            left_out += 1
            continue
        seen = forked(module)
        turned_on.append(seen["by"])
        failures.append(seen["failure"])
    version, declares = described(name)
    return Package(
        name,
        version,
        gil=gil_enabled(),
        turned_on_by=tuple(dict.fromkeys(filter(None, turned_on))),
        extensions=tuple(extensions),
        failures=tuple(ImportFailure(**each) for each in failures if each),
        left_out=left_out,
        declares=declares,
        function=top["function"],
    )


def first_absent(name: str) -> str:
    """The outermost package of a module that is not there, or the module itself."""
    parts = name.split(".")
    packages = (".".join(parts[:count]) for count in range(1, len(parts)))
    return next((package for package in packages if spec_of(package) is None), name)


def imported(module: str) -> dict[str, Any]:
    """What comes of importing a module in this process: who turned the GIL on, what went wrong, the modules
    of its package that are loaded then, and a public function of it."""
    failure, function = None, ""
    before = gil_enabled()
    try:
        function = public_function(importlib.import_module(module))
    except BaseException as error:  # whatever a module does as it is imported
        lacks = error.name or "" if isinstance(error, ModuleNotFoundError) else ""
        failure = {"module": module, "reason": f"{type(error).__name__}: {error}", "lacks": lacks}
    by = (gil.turned_on_by() or module) if gil_enabled() and not before else ""
    package = module.partition(".")[0]
    loaded = [each for each in sys.modules if own_module(package, each)]
    return {"by": by, "failure": failure, "loaded": loaded, "function": function}


def public_function(module: Any) -> str:
    """One of its functions that a user may call; "" where there is none."""
    names = getattr(module, "__all__", None) or [name for name in dir(module) if not name.startswith("_")]
    for name in names:
        if inspect.isroutine(getattr(module, str(name), None)):
            return str(name)
    return ""


def forked(module: str) -> dict[str, Any]:
    """What comes of importing a module in a child process, which leaves nothing behind in this one."""
    reading, writing = os.pipe()
    if not (pid := os.fork()):
        try:
            os.close(reading)
            answer = json.dumps(imported(module)).encode()
            while answer:
                answer = answer[os.write(writing, answer) :]
        finally:
            os._exit(0)
    os.close(writing)
    with open(reading, "rb") as file:
        answered = file.read()
    _, status = os.waitpid(pid, 0)
    try:
        found: dict[str, Any] = json.loads(answered)
    except ValueError:
        code = os.waitstatus_to_exitcode(status)
        died = {
            "module": module,
            "reason": f"its import ended the process with exit code {code}",
            "lacks": "",
        }
        found = {"by": "", "failure": died, "loaded": [], "function": ""}
    return found


def extension_modules(name: str, origin: str | None, folders: Any) -> Iterator[str]:
    """The extension modules of a package, by name."""
    if origin and origin.endswith(tuple(EXTENSION_SUFFIXES)) and not folders:
        yield name
    for folder in map(Path, folders):
        for suffix in EXTENSION_SUFFIXES:
            for path in sorted(folder.rglob(f"*{suffix}")):
                parts = path.relative_to(folder).parts
                stem = path.name.removesuffix(suffix)
                if "." not in stem:  # ".so" is a suffix of every other one
                    yield ".".join((name, *parts[:-1], stem))


def described(name: str) -> tuple[str, str]:
    """The version of the distribution that brings a package, and what it declares on free threading."""
    names = importlib.metadata.packages_distributions().get(name.partition(".")[0]) or [""]
    try:
        metadata = importlib.metadata.metadata(names[0])
    except (importlib.metadata.PackageNotFoundError, ValueError):
        return "", ""
    declared = [each for each in metadata.get_all("Classifier") or () if each.startswith(FREE_THREADING)]
    return metadata["Version"], declared[0].removeprefix(FREE_THREADING) if declared else ""


if __name__ == "__main__":
    main()
