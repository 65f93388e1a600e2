"""Load code by its address, ``/a/file.py:name`` or ``package.module:name``.

A process may be told to measure another revision of it: then what is in the repository is loaded from the
folder that holds that revision, or not at all.
"""

import importlib
import importlib.util
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, PathFinder
from os.path import exists
from pathlib import Path
from types import ModuleType
from typing import Any

REVISION = "BENCH_REVISION"
"""Environment variable of such a process: the folder with the revision, then those of the repository, in each
spelling; separated as in PATH."""

HARNESS = ("bench", "workloads")
NOT_THEIRS = (*HARNESS, "__main__")
_loading = threading.RLock()
_under_way = threading.local()


def loading() -> str:
    """What this thread is loading, a file or a module, the outermost if that loads others; "": nothing."""
    return getattr(_under_way, "what", "")


@contextmanager
def marked(what: str) -> Iterator[None]:
    """Loading it, which ``loading`` tells meanwhile."""
    outer = loading()
    _under_way.what = outer or what
    try:
        yield
    finally:
        _under_way.what = outer


def find(target: str, folder: str = "") -> Any:
    """The object at an address; modules are looked for in ``folder``, too.

    Raises ImportError or AttributeError, and whatever its module raises.
    """
    where, _, name = target.rpartition(":")
    found: Any = load_file(Path(moved(where))) if where.endswith(".py") else load_module(where, moved(folder))
    for part in name.split("."):
        found = getattr(found, part)
    must_be_moved()
    return found


def address_of(kind: type) -> str:
    """The address of a class: by its file where that was loaded by its path, else by its module."""
    module = sys.modules[kind.__module__]
    where = getattr(module, "__loaded_from__", kind.__module__)
    return f"{where}:{kind.__qualname__}"


def file_of(target: str, folder: str = "") -> str:
    """The file of an address, found without running it; "" where there is none."""
    where = target.rpartition(":")[0]
    if where.endswith(".py"):
        return where
    spec = spec_of(where, folder)
    return spec.origin or "" if spec and spec.has_location else ""


def spec_of(module: str, folder: str = "") -> ModuleSpec | None:
    """The spec of a module, found without importing its packages; None where it is not there."""
    top, *inner = module.split(".")
    spec = importlib.util.find_spec(top) or PathFinder.find_spec(top, [folder])
    for part in inner:
        spec = spec and PathFinder.find_spec(f"{spec.name}.{part}", spec.submodule_search_locations or [])
    return spec


def load_file(path: Path) -> ModuleType:
    """Load a file as a module, which can import what is beside it, unless it is loaded already. A file that
    imports relatively is loaded as a module of the packages it is in. Raises ImportError."""
    with _loading:  # a thread that asks meanwhile must not get a module that is half loaded
        return loaded_from(path) or _load(path)


def _load(path: Path) -> ModuleType:
    name = path.stem
    while name in sys.modules:
        name = f"own_{name}"  # that name is taken
    if not path.is_file():
        raise ImportError(f"there is no file {path}")
    if str(path.parent) not in sys.path:
        sys.path.append(str(path.parent))
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is not a Python file")
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    module.__loaded_from__ = str(path)  # type: ignore[attr-defined]  # our mark, see ``address_of``
    try:
        with marked(str(path)):
            spec.loader.exec_module(module)
    except BaseException as error:
        del sys.modules[name]
        if isinstance(error, ImportError) and (hint := of_package(path, error.name)):
            return load_in_package(path, ImportError(f"{error}; {hint}"))
        raise
    return module


def of_package(path: Path, missing: str | None) -> str:
    """How to name a file that is a module of a package, where an import failed because it was not loaded as
    that: a relative one (``missing`` is None), or one from its package; else ""."""
    names, folder = names_in_package(path)
    if len(names) == 1 or (missing and missing.partition(".")[0] != names[0]):
        return ""
    return f"{path.name} is part of a package: in the folder {folder}, name it {'.'.join(names)}"


def names_in_package(path: Path) -> tuple[list[str], Path]:
    """The names of a file's module and of the packages that it is in, outermost first, and their folder."""
    names, folder = [path.stem], path.parent
    while (folder / "__init__.py").is_file():
        names, folder = [folder.name, *names], folder.parent
    return names, folder


def load_in_package(path: Path, otherwise: ImportError) -> ModuleType:
    """The module of a file as its packages have it. Raises the error given where it cannot be loaded so."""
    names, folder = names_in_package(path)
    name = ".".join(names)
    spec = spec_of(name, str(folder))
    if spec is None or spec.origin != str(path):  # another package has that name
        raise otherwise
    if str(folder) not in sys.path:
        sys.path.append(str(folder))
    try:
        with marked(str(path)):
            importlib.import_module(name)
    except ImportError as error:
        raise otherwise from error
    if found := loaded_from(path):
        return found
    raise otherwise


def loaded_from(path: Path) -> ModuleType | None:
    """The module that was loaded from a file, by whatever name; not the script that runs, nor bench's own."""
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__dict__", {}).get("__file__")
        if file == str(path) and name.partition(".")[0] not in NOT_THEIRS:
            module.__loaded_from__ = file  # type: ignore[attr-defined]  # as above
            return module
    return None


def load_module(name: str, folder: str) -> ModuleType:
    """Load a module by its name. Raises ImportError."""
    sys.path[:] = map(moved, sys.path)  # for what is installed from the repository
    if folder and folder not in sys.path:
        sys.path.append(folder)
    with marked(name):
        return importlib.import_module(name)


def moved(path: str) -> str:
    """A path of the repository as a path of the revision that this process measures; a folder that the
    revision lacks, such as a virtual environment, is left as it is."""
    tree, *roots = os.environ.get(REVISION, "").split(os.pathsep)
    if not roots or not path or within(path, tree):
        return path
    for root in roots:
        if within(path, root):
            there = os.path.join(tree, os.path.relpath(path, root))
            return there if exists(there) or path.endswith(".py") else path
    return path


def must_be_moved() -> None:
    """Raise ImportError if a module was loaded from the working tree although the revision has its file, as
    an editable install has it."""
    if REVISION not in os.environ:
        return
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if file and name.partition(".")[0] not in HARNESS and moved(file) != file and exists(moved(file)):
            raise ImportError(
                f"{name} is imported from {file}, where it is installed, not from the other revision:"
                " name its file, as path/to/file.py"
            )


def must_be_of_revision(target: str) -> None:
    """Raise ImportError if the module that was found at an address is not the revision's: a copy installed
    elsewhere would be measured instead."""
    tree, *roots = os.environ.get(REVISION, "").split(os.pathsep)
    name = target.rpartition(":")[0]
    file = getattr(sys.modules.get(name), "__file__", None)
    if roots and file and name.partition(".")[0] not in HARNESS and not within(file, tree):
        raise ImportError(f"{name} is imported from {file}, not from the other revision")


def within(path: str, folder: str) -> bool:
    """Whether a path is in a folder, as both are spelled."""
    return os.path.commonpath([os.path.abspath(path), folder]) == folder
