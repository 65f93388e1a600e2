"""The sdist and the wheel: what they hold, and that the wheel runs with the lowest and the newest versions of what it
needs, on several Pythons, in a folder with a `bench` and other modules of its own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest

from bench import __version__
from tests.pythons import need

ROOT = Path(__file__).parents[2]
RELATIVE_LINK = re.compile(r"\]\((?!https?://)")


def uv(*words: str | Path) -> None:
    """Run uv, which comes with the extra `test`."""
    command = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if command is None:
        pytest.skip("uv is not installed here")
    done = subprocess.run([command, *words], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist, and the wheel that was made of it."""
    folder = tmp_path_factory.mktemp("dist")
    uv("build", "--quiet", "--out-dir", folder)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (found,) = built.glob("*.whl")
    return found


def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as opened:
        (name,) = [each for each in opened.namelist() if each.endswith(".dist-info/METADATA")]
        return message_from_bytes(opened.read(name))


@pytest.mark.full
def test_the_sdist_holds_the_repository(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as opened:
        held = {name.partition("/")[2] for name in opened.getnames()}
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert {"docker-compose.yml", ".ci/pins.txt", *listed.stdout.split()} <= held
    assert not [name for name in held if name.endswith(".pyc")]


@pytest.mark.full
def test_the_wheel_says_what_it_is(wheel: Path) -> None:
    said = metadata(wheel)
    assert (said["Version"], said["License-Expression"]) == (__version__, "MIT")
    with zipfile.ZipFile(wheel) as opened:
        folders = {name.partition("/")[0] for name in opened.namelist()}
        assert "bench/py.typed" in opened.namelist()
    assert folders == {"bench", "workloads", f"bench_concurrency-{__version__}.dist-info"}
    shown = said.get_payload()
    assert not RELATIVE_LINK.search(shown)  # it would lead nowhere on a package index's page
    assert "CHANGELOG" in shown


LOWEST = ("--resolution", "lowest-direct", "--only-binary", ":all:", "-r", "pyproject.toml")


@pytest.mark.full
@pytest.mark.parametrize("python", ["lowest", "3.15"])
def test_it_runs_from_the_wheel(python: str, wheel: Path, tmp_path: Path) -> None:
    """With the lowest versions that it allows on the Python of the tests, with the newest on the newest Python."""
    if python == "lowest" and sys.version_info[:2] != (3, 11):
        pytest.skip("the lowest versions have wheels for the lowest Python alone")
    base = sys.executable if python == "lowest" else need(python)
    venv = tmp_path / "venv"
    uv("venv", "--quiet", "--python", base, venv)
    if python == "lowest":
        uv("pip", "install", "--quiet", "--python", venv, *LOWEST)
    uv("pip", "install", "--quiet", "--python", venv, "--only-binary", ":all:", wheel)
    uv("pip", "check", "--quiet", "--python", venv)
    there = tmp_path / "there"
    for name in ("bench", "workloads", "httpx"):
        (there / name).mkdir(parents=True)
        (there / name / "__init__.py").write_text("raise RuntimeError('not yours')\n")
    for words in (["no-such-command"], ["run", "-w", "http", "-r", "asyncio", "-n", "8", "--blocks", "1"]):
        done = subprocess.run(
            [venv / "bin" / "bench-concurrency", *words],
            cwd=there,
            capture_output=True,
            text=True,
            check=False,
            env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        )
        assert done.returncode == (0 if words[0] == "run" else 2), done.stderr
        assert not re.search("Traceback|Warning", done.stderr), done.stderr
    assert "Report: " in done.stdout
