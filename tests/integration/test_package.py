"""`advise --package`: what builds do with packages that leave the GIL off, turn it on, lack something, or end
the process."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.integration.command import bench as called
from tests.integration.test_builds import EXTENSION
from tests.pythons import need


def asked(where: Path, *words: str) -> str:
    done = called("advise", "--package", *words, cwd=where)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return " ".join(done.stdout.split())


def package(where: Path, name: str, text: str) -> Path:
    (where / name).mkdir()
    (where / name / "__init__.py").write_text(text)
    return where / name


def test_a_package_of_the_working_folder_is_looked_at_and_leaves_the_gil_off(tmp_path: Path) -> None:
    package(tmp_path, "pure", "import random\n\ndef draw(): return random.random()\n")
    said = asked(tmp_path, "pure", "--python", need("3.13t"))
    assert "leaves the GIL off. It has no extension modules" in said
    assert "python -m bench advise pure:draw" in said


def test_an_extension_module_that_turns_the_gil_on_is_named_though_only_it_is_imported_late(
    tmp_path: Path,
) -> None:
    python = need("3.13t")
    if not (compiler := shutil.which("cc") or shutil.which("gcc")):
        pytest.skip("no C compiler here")
    path = "import sysconfig; print(sysconfig.get_path('include'), sysconfig.get_config_var('EXT_SUFFIX'))"
    done = subprocess.run([python, "-c", path], check=True, capture_output=True, text=True)
    include, suffix = done.stdout.split()
    if not Path(include, "Python.h").exists():
        pytest.skip(f"no headers of {python} here")
    source = tmp_path / "needs_gil.c"
    source.write_text(EXTENSION)
    library = package(tmp_path, "mixed", "") / f"needs_gil{suffix}"
    subprocess.run([compiler, "-shared", "-fPIC", f"-I{include}", source, "-o", library], check=True)
    said = asked(tmp_path, "mixed", "--python", python)
    assert ": turns the GIL on. mixed.needs_gil does not declare" in said


def test_what_is_missing_is_named_with_what_to_do(tmp_path: Path) -> None:
    package(tmp_path, "lacking", "import not_there\n")
    assert "cannot be imported. lacking lacks not_there, which is not installed there." in asked(
        tmp_path, "lacking"
    )
    assert "not installed. Install it: " in asked(tmp_path, "nowhere_to_be_found")
    assert "nowhere.part on 3" in (said := asked(tmp_path, "nowhere.part"))
    assert "the package nowhere is not installed. Install it: " in said
    assert said.endswith("install nowhere")


def test_a_package_that_ends_its_process_is_told(tmp_path: Path) -> None:
    package(tmp_path, "deadly", "import os\nos._exit(7)\n")
    assert "its import ended the process with exit code 7" in asked(tmp_path, "deadly")
    package(tmp_path, "leaving", "raise SystemExit('no')\n")
    assert "leaving: SystemExit: no" in asked(tmp_path, "leaving")


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("a b",), "is not a package name"),
        (("json", "--blocks", "3"), "--blocks cannot be combined with --package"),
    ],
)
def test_a_mistake_is_one_sentence(words: tuple[str, ...], what: str, tmp_path: Path) -> None:
    done = called("advise", "--package", *words, cwd=tmp_path)
    assert done.returncode == 2
    assert what in done.stderr
    assert len(done.stderr.splitlines()) == 1
