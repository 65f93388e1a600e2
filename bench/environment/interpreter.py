"""A measured interpreter: its build, its packages, and the models that it cannot run."""

import errno
import json
import os
import re
import subprocess
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

import msgspec

from bench.core.catalog import all_modules
from bench.core.errors import UserError
from bench.core.run import Interpreter
from bench.core.runner import RUNNERS
from bench.core.variables import OF_INTERPRETER, passed_on
from bench.environment.machine import shown

OLDEST = (3, 11)
TIMEOUT_S = 60.0
PRINT_VERSION = "import sys; print('\\n%d.%d' % sys.version_info[:2])"
# Lines of its output: before and after them may be what a sitecustomize prints.
VERSION = re.compile(r"\d+\.\d+")
OBJECT = re.compile(r"\{.*\}")
NO_PROGRAM = (errno.ENOENT, errno.EACCES, errno.ENOEXEC, errno.EISDIR, errno.ENOTDIR)


@dataclass(frozen=True)
class Host:
    """An interpreter as it described itself."""

    python: Interpreter  # for the plan: paths as they may be passed on
    executable: str
    modules: Mapping[str, str]  # installed clients, with their versions
    runners: Mapping[str, str | None]  # by name: why a runner cannot run here, None where it can
    pip: bool = True
    environment: Mapping[str, str] = field(default_factory=dict)  # set for its processes

    @property
    def version(self) -> tuple[int, int]:
        """Such as (3, 14)."""
        major, minor = self.python.version.split(".")[:2]
        return int(major), int(minor)

    def lacks(self, modules: Iterable[str]) -> list[str]:
        """The modules that are not installed."""
        return [name for name in modules if name not in self.modules]

    def install(self, modules: Iterable[str]) -> str:
        """The command that installs them there."""
        named = " ".join(name.replace("_", "-") for name in modules)
        where = self.python.executable
        return f"{where} -m pip install {named}" if self.pip else f"uv pip install --python {where} {named}"


class _ProbeAnswer(msgspec.Struct):
    """The answer of ``bench.worker.probe``."""

    executable: str  # its real path, where a script such as pyenv's started it
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
    executable: str, environment: Mapping[str, str], *, links: str, keep_env: Collection[str] = ()
) -> Host:
    """The interpreter as it describes itself, with the packages and models that workloads and runners ask
    for: in a process that finds ``bench`` under ``links`` and has the environment of measured ones.

    Raises UserError for what cannot be started, is not a Python interpreter, or is too old.
    """
    named = shown(executable)
    own = {**passed_on(os.environ, keep_env), **environment}
    version = last_of(VERSION, said([executable, "-c", PRINT_VERSION], own))
    if not version:
        raise UserError(f"{named} is not a Python interpreter: it does not print its version.")
    if tuple(map(int, version.split("."))) < OLDEST:
        raise UserError(f"{named} is Python {version}: 3.11 is the oldest that can be measured.")
    runners = [runner.name for runner in RUNNERS.with_variants]
    wanted = json.dumps({"modules": all_modules(), "runners": runners})
    output = said([executable, "-P", "-m", "bench.worker.probe"], {**own, "PYTHONPATH": links}, text=wanted)
    answer = last_of(OBJECT, output)
    try:
        probed = msgspec.json.decode(answer, type=_ProbeAnswer)
    except msgspec.MsgspecError as error:
        raise UserError(f"{named} is not a usable Python: {error}.") from None
    inherited = {name: os.environ[name] for name in OF_INTERPRETER if name in os.environ}
    python = Interpreter(
        name=name_of(probed),
        executable=shown(probed.executable),
        version=probed.version,
        implementation=probed.implementation,
        gil=probed.gil,
        free_threaded_build=probed.free_threaded_build,
        jit=probed.jit,
        build=probed.build,
        environment={**inherited, **environment},
        packages={name: version for name, version in probed.modules.items() if version},
    )
    return Host(python, probed.executable, probed.modules, probed.runners, probed.pip, environment)


def last_of(pattern: re.Pattern[str], output: str) -> str:
    """The last line that matches; "" if none does."""
    lines = map(str.strip, reversed(output.splitlines()))
    return next(filter(pattern.fullmatch, lines), "")


def name_of(probed: _ProbeAnswer) -> str:
    """ "3.14.2", "3.14.2t", "3.14.2t (GIL on)": as short as distinguishes builds."""
    kind = "" if probed.implementation == "CPython" else f"{probed.implementation} "
    if not probed.free_threaded_build:
        return f"{kind}{probed.version}"
    return f"{kind}{probed.version}t" + (" (GIL on)" if probed.gil else "")


def said(command: list[str], environment: Mapping[str, str], text: str = "") -> str:
    """Output of a command. Raises UserError if it cannot be started or fails."""
    named = shown(command[0])
    try:
        done = subprocess.run(
            command,
            input=text,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=TIMEOUT_S,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UserError(f"{named} did not answer within {TIMEOUT_S:.0f} s.") from None
    except OSError as error:
        other = "; name another Python" if error.errno in NO_PROGRAM else ""
        raise UserError(f"{named} cannot be started: {error.strerror}{other}.") from None
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise UserError(f"{named} fails at start-up: {lines[-1]}")
    return done.stdout
