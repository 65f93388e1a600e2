"""What lies at an address: ``/a/file.py:name`` or ``package.module:name``; code of a user's own."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

REVISION = "BENCH_REVISION"
"""Variable of a measured process's environment: a repository's folder and, after the separator of PATH, the
folder that holds another revision of it. What lies in the one is taken from the other."""


def find(target: str, folder: str = "") -> Any:
    """What an address names; ``folder`` is where modules are looked for, too.

    Raises ImportError or AttributeError, and whatever its module raises.
    """
    where, _, name = target.rpartition(":")
    found: Any = load_file(Path(moved(where))) if where.endswith(".py") else load_module(where, moved(folder))
    for part in name.split("."):
        found = getattr(found, part)
    return found


def address_of(kind: type) -> str:
    """Where a class is found: by its file where that was loaded by its path, else by its module."""
    module = sys.modules[kind.__module__]
    where = getattr(module, "__loaded_from__", kind.__module__)
    return f"{where}:{kind.__qualname__}"


def load_file(path: Path) -> ModuleType:
    """The module of a file, which finds what lies beside it. Raises ImportError."""
    name = path.stem
    known = sys.modules.get(name)
    if known is not None and getattr(known, "__file__", None) != str(path):
        name = f"own_{name}"  # something else is called so
        known = sys.modules.get(name)
    if known is not None:
        return known
    if not path.is_file():
        raise ImportError(f"there is no file {path}")
    if str(path.parent) not in sys.path:
        sys.path.append(str(path.parent))
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no Python file")
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    module.__loaded_from__ = str(path)  # type: ignore[attr-defined]  # our mark, see ``address_of``
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def load_module(name: str, folder: str) -> ModuleType:
    """A module by its name. Raises ImportError, and where it is not of the revision that it should be of."""
    sys.path[:] = map(moved, sys.path)  # of what is installed from its repository
    if folder and folder not in sys.path:
        sys.path.append(folder)
    module = importlib.import_module(name)
    file = getattr(module, "__file__", None)
    if file and moved(file) != file:
        raise ImportError(f"{name} is taken from {file}, where it is installed, and not from that revision")
    return module


def moved(path: str) -> str:
    """Where a path of the repository lies in the revision that this process measures, if it is there."""
    root, _, tree = os.environ.get(REVISION, "").partition(os.pathsep)
    if not root or not path or _within(path, tree) or not _within(path, root):
        return path
    there = os.path.join(tree, os.path.relpath(path, root))
    return there if os.path.exists(there) or path.endswith(".py") else path


def _within(path: str, folder: str) -> bool:
    return os.path.commonpath([os.path.abspath(path), folder]) == folder
