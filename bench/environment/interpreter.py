"""A measured interpreter: what it is, what it has, and what is not to be had on it."""

from __future__ import annotations

import errno
import json
import os
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import msgspec

from bench.core.errors import UserError
from bench.core.records import Interpreter
from bench.environment.machine import shown

OLDEST = (3, 11)
CHANGES_PYTHON = ("PYTHON_GIL", "PYTHON_JIT")  # of the environment
TIMEOUT_S = 60.0
NO_PROGRAM = (errno.ENOENT, errno.EACCES, errno.ENOEXEC, errno.EISDIR, errno.ENOTDIR)


@dataclass(frozen=True)
class Host:
    """An interpreter, as it described itself."""

    python: Interpreter  # for the plan: paths as they may be passed on
    executable: str
    modules: Mapping[str, str]  # the clients that it has, and their versions
    runners: Mapping[str, str | None]  # by name: why a runner cannot run here, None where it can
    pip: bool = True
    environment: Mapping[str, str] = field(default_factory=dict)  # set for its processes

    @property
    def version(self) -> tuple[int, int]:
        """Such as (3, 14)."""
        major, minor = self.python.version.split(".")[:2]
        return int(major), int(minor)

    def lacks(self, modules: Iterable[str]) -> list[str]:
        """Those of the modules that it does not have."""
        return [name for name in modules if name not in self.modules]

    def install(self, modules: Iterable[str]) -> str:
        """The command that installs them there."""
        named = " ".join(name.replace("_", "-") for name in modules)
        where = self.python.executable
        return f"{where} -m pip install {named}" if self.pip else f"uv pip install --python {where} {named}"


class _Told(msgspec.Struct):
    """What ``bench.worker.probe`` says."""

    executable: str  # itself, where a script such as pyenv's led to it
    version: str
    implementation: str
    gil: bool
    free_threaded_build: bool
    jit: bool | None
    build: str
    modules: dict[str, str]
    runners: dict[str, str | None]
    pip: bool


def ask(
    executable: str,
    links: str,
    modules: Iterable[str],
    runners: Iterable[str],
    environment: Mapping[str, str] | None = None,
) -> Host:
    """Have an interpreter describe itself, in a process of its own that finds ``bench`` under ``links``.

    Raises UserError for what cannot be started, is no Python, or is too old.
    """
    named = shown(executable)
    version = said(
        [executable, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"], environment=environment
    ).strip()
    try:
        found = tuple(int(part) for part in version.split("."))
    except ValueError:
        raise UserError(f"{named} is no Python: it does not tell its version.") from None
    if found < OLDEST:
        raise UserError(f"{named} is Python {version}: 3.11 is the oldest that can be measured.")
    wanted = json.dumps({"modules": list(modules), "runners": list(runners)})
    answer = said(
        [executable, "-P", "-m", "bench.worker.probe"],
        text=wanted,
        environment={**(environment or {}), "PYTHONPATH": links},
    )
    try:
        told = msgspec.json.decode(answer, type=_Told)
    except msgspec.MsgspecError as error:
        raise UserError(f"{named} does not describe itself as a Python should: {error}.") from None
    inherited = {name: os.environ[name] for name in CHANGES_PYTHON if name in os.environ}
    python = Interpreter(
        name=name_of(told),
        executable=shown(told.executable),
        version=told.version,
        implementation=told.implementation,
        gil=told.gil,
        free_threaded_build=told.free_threaded_build,
        jit=told.jit,
        build=told.build,
        environment={**inherited, **(environment or {})},
        packages={name: version for name, version in told.modules.items() if version},
    )
    return Host(python, told.executable, told.modules, told.runners, told.pip, environment or {})


def name_of(told: _Told) -> str:
    """ "3.14.2", "3.14.2t", "3.14.2t (GIL on)": as short as it tells builds apart."""
    kind = "" if told.implementation == "CPython" else f"{told.implementation} "
    if not told.free_threaded_build:
        return f"{kind}{told.version}"
    return f"{kind}{told.version}t" + (" (GIL on)" if told.gil else "")


def said(command: list[str], *, text: str = "", environment: Mapping[str, str] | None = None) -> str:
    """What a command prints. Raises UserError where it cannot be started or fails."""
    named = shown(command[0])
    try:
        done = subprocess.run(
            command,
            input=text,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=TIMEOUT_S,
            env={**os.environ, **(environment or {})},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UserError(f"{named} gives no answer: it was ended after {TIMEOUT_S:.0f} s.") from None
    except OSError as error:
        other = "; name another Python" if error.errno in NO_PROGRAM else ""
        raise UserError(f"{named} cannot be started: {error.strerror}{other}.") from None
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise UserError(f"{named} fails as it starts: {lines[-1]}")
    return done.stdout
