"""Interpreters that nobody has, for tests of what is chosen for them."""

from __future__ import annotations

from collections.abc import Mapping

from bench.core.catalog import all_modules
from bench.core.run import Interpreter
from bench.core.runner import RUNNERS
from bench.environment.interpreter import Host


def a_host(
    version: str = "3.11.2",
    *,
    free: bool = False,
    without: tuple[str, ...] = (),
    runners: Mapping[str, str] | None = None,
    path: str = "/usr/bin/python3",
    pip: bool = True,
    environment: Mapping[str, str] | None = None,
) -> Host:
    """One that has every client but those ``without``, and runs every model but those that it says why not."""
    gil_on = not free or bool(environment)
    name = f"{version}{'t' if free else ''}{' (GIL on)' if free and gil_on else ''}"
    python = Interpreter(name, path, version, "CPython", gil_on, free, environment=dict(environment or {}))
    modules = {module: "1.0" for module in all_modules() if module not in without}
    reasons: dict[str, str | None] = {runner.name: None for runner in RUNNERS.with_variants}
    return Host(python, path, modules, reasons | dict(runners or {}), pip, environment or {})
