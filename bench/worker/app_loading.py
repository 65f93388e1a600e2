"""Find an application by its address, and how it wants to be called. Standard library only."""

import inspect
import json
import os
import sys
from collections.abc import Callable
from typing import Any

from bench.core.code_loading import find
from bench.core.service import AppKind

SERVED = "BENCH_SERVED"
"""Variable of a server's environment: the application, as JSON with ``target`` and ``folder``."""


class NotAnApp(Exception):
    """What lies at the address is no application."""


def load_app(target: str, folder: str) -> tuple[Any, AppKind, bool]:
    """The application at an address, its kind, and whether a factory made it.

    Raises NotAnApp, and whatever its module raises.
    """
    where = target.rpartition(":")[0]
    for each in (folder, os.path.dirname(where)) if where.endswith(".py") else (folder,):
        if each not in sys.path:
            sys.path.append(each)
    found = find(target, folder)
    kind = kind_of(found)
    if kind is None and is_factory(found):
        found = found()
        return found, required(kind_of(found), found), True
    return found, required(kind, found), False


def asked_for() -> tuple[Any, AppKind]:
    """The application that a server's environment names, and its kind. Raises whatever its module raises."""
    asked = json.loads(os.environ[SERVED])
    return load_app(asked["target"], asked["folder"])[:2]


def kind_of(app: Any) -> AppKind | None:
    """ASGI takes scope, receive and send in a coroutine, WSGI environ and start_response; None: neither."""
    if not callable(app):
        return None
    if not inspect.isclass(app):  # of a class, that is what its objects do
        call = app if inspect.isroutine(app) else app.__call__
        if inspect.iscoroutinefunction(inspect.unwrap(call)) or inspect.iscoroutinefunction(call):
            return AppKind.ASGI
    arguments = positional(app)
    if arguments == 3:
        return AppKind.ASGI
    return AppKind.WSGI if arguments == 2 else None


def is_factory(found: Any) -> bool:
    """Whether it can be called without arguments."""
    return callable(found) and positional(found) == 0


def positional(function: Callable[..., Any]) -> int:
    """How many positional arguments without a default it takes; -1: unknown."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return -1
    places = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum(each.kind in places and each.default is inspect.Parameter.empty for each in parameters)


def required(kind: AppKind | None, found: Any) -> AppKind:
    """The kind, if there is one. Raises NotAnApp."""
    if kind is None:
        raise NotAnApp(
            f"it is {type(found).__name__}, which takes neither scope, receive and send (ASGI) nor environ"
            " and start_response (WSGI)"
        )
    return kind
