"""Discovery of interpreters for ``--python``: paths, names on PATH, uv and pyenv; and the builds that a
free-threaded one is compared with."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from bench.core.errors import UserError
from bench.core.run import Interpreter
from bench.environment.interpreter import Host
from bench.environment.machine import home, shown

Ask = Callable[[str, Mapping[str, str]], Host]  # executable, environment
VERSION = re.compile(r"(\d+\.\d+(?:\.\d+)?)(t?)")  # "3.14", "3.14.2", "3.14t"
GIL_ON = {"PYTHON_GIL": "1"}


def hosts(texts: Sequence[str], ask: Ask) -> list[Host]:
    """The interpreters that were named, each once, and after a free-threaded one the same with its GIL turned
    on and, where there is one, a GIL build of the same version; without names, the one that is running.

    Raises UserError for what is not found or is not Python 3.11 or newer.
    """
    if not texts:
        return [ask(sys.executable, {})]
    found: dict[tuple[str, str], Host] = {}

    def add(host: Host) -> None:
        found.setdefault((host.executable, host.environment.get("PYTHON_GIL", "")), host)

    named = [(text, resolve(text, ask)) for text in texts]
    for _, host in named:
        add(host)
        for arm in arms_beside(host, ask):
            if arm.environment or arm.python.name not in {other.python.name for _, other in named}:
                add(arm)
    return with_distinct_names(list(found.values()))


def resolve(text: str, ask: Ask) -> Host:
    """The interpreter of that path, name or version. Raises UserError."""
    if not text:
        raise UserError("--python is empty: give a version such as 3.14, a name or a path.")
    if "/" in text or os.path.isdir(text):
        named = os.path.expanduser(text)
        chosen = os.path.join(named, "bin", "python") if os.path.isdir(named) else named  # of a venv
        if not os.path.exists(chosen):
            raise UserError(f"--python {text}: there is no {shown(chosen)}; give an interpreter's path.")
        return ask(os.path.abspath(chosen), {})
    faults = []
    for path in candidates(text):
        try:
            host = ask(path, {})
        except UserError as error:  # a shim of pyenv that leads nowhere, say
            faults.append(str(error))
            continue
        if fits(host.python, text):
            return host
    if faults:
        raise UserError(f"--python {text}: {faults[0]}")
    raise UserError(f"--python {text}: not found on PATH, by uv or by pyenv; {how_to_get(text)}")


def how_to_get(text: str) -> str:
    """How to get a Python that was not found, for error messages."""
    here = ", ".join(sorted(name for name, _ in installed()))
    get = f"install it (`uv python install {text}`)" if VERSION.fullmatch(text) else "name another"
    return f"{get} or give its path" + (f". There are {here}." if here else ".")


def fits(python: Interpreter, text: str) -> bool:
    """Whether the interpreter matches a version: "3.14" is a GIL build, "3.14t" one without."""
    match = VERSION.fullmatch(text)
    if match is None:
        return True
    version, free = match.groups()
    of_version = f"{python.version}.".startswith(f"{version}.")
    return of_version and python.free_threaded_build == bool(free)


def candidates(text: str) -> Iterator[str]:
    """Paths where a name or a version may be found, the likeliest first."""
    names = [text]
    if match := VERSION.fullmatch(text):
        major_minor = ".".join(match[1].split(".")[:2])
        names = [f"python{text}", f"python{major_minor}{match[2]}", f"python{major_minor}"]
    seen = set()
    for name in names:
        if (path := shutil.which(name)) and path not in seen:
            seen.add(path)
            yield os.path.abspath(path)
    if (path := by_uv(text)) and path not in seen:
        yield path
    number, free = text.removesuffix("t"), text.endswith("t")
    for version, path in by_pyenv():
        if f"{version}.".startswith(f"{number}.") and version.endswith("t") == free:
            yield path


def by_uv(text: str) -> str | None:
    """Path from ``uv python find``, without downloads."""
    if not (uv := shutil.which("uv")):
        return None
    command = [uv, "python", "find", "--no-python-downloads", "--no-project", text]
    try:
        found = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return found.stdout.strip() or None if found.returncode == 0 else None


def by_pyenv() -> list[tuple[str, str]]:
    """The versions that pyenv has, the newest first, with their paths."""
    root = Path(os.environ.get("PYENV_ROOT") or home() / ".pyenv") / "versions"
    by_name = sorted(name for name in names_in(root) if re.fullmatch(r"\d+(\.\d+)+t?", name))  # "t" last
    newest = sorted(by_name, key=lambda name: [-int(part) for part in re.findall(r"\d+", name)])
    return [(name, str(root / name / "bin" / "python")) for name in newest]


def names_in(folder: str | Path) -> list[str]:
    """Names of what is in a folder; none where it cannot be read, as a folder of PATH after su."""
    try:
        return os.listdir(folder)
    except OSError:
        return []


def installed() -> list[tuple[str, str]]:
    """Interpreters that could be measured, by name and path: those of PATH and of pyenv."""
    found = dict(by_pyenv())
    for folder in os.get_exec_path():
        if Path(folder).name != "shims":  # those of pyenv lead to what it has
            for name in sorted(names_in(folder)):
                if match := re.fullmatch(r"python(3\.\d+t?)", name):
                    found.setdefault(match[1], str(Path(folder, name)))
    new_enough = {name: path for name, path in found.items() if int(re.findall(r"\d+", name)[1]) >= 11}
    return sorted(new_enough.items())


def arms_beside(host: Host, ask: Ask) -> Iterator[Host]:
    """What a free-threaded build is compared with: itself with the GIL on, and its version with a GIL."""
    python = host.python
    if not python.free_threaded_build or python.gil:
        return
    yield beside(ask(host.executable, GIL_ON))
    for path in candidates(python.version):
        try:
            like = ask(path, {})
        except UserError:
            continue
        if fits(like.python, python.version):
            yield beside(like)
            return


def beside(host: Host) -> Host:
    """The same, as one that the user did not name."""
    return replace(host, python=replace(host.python, beside=True))


def with_distinct_names(found: Sequence[Host]) -> list[Host]:
    """The interpreters, with their paths added to names that occur twice, such as two environments'."""
    names = [host.python.name for host in found]
    return [
        replace(host, python=replace(host.python, name=f"{host.python.name} ({host.python.executable})"))
        if names.count(host.python.name) > 1
        else host
        for host in found
    ]
