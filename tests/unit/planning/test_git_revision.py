"""Another revision of the measured code: found, written beside, and taken instead of what lies in the repository."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.core.code_loading import REVISION, find, load_file, moved, must_be_moved, must_be_of_revision
from bench.core.errors import UserError
from bench.core.user_function import Own
from bench.planning.git_revision import (
    check_out,
    commit_of,
    folders,
    own_workloads,
    repository_of,
    spellings,
    working_tree_state,
)
from bench.planning.options import Options


def git(where: Path, *words: str) -> str:
    named = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        ["git", *named, *words], cwd=where, env=clean, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """With two commits, of which the first is called v1."""
    root = tmp_path / "repository"
    (root / "inner").mkdir(parents=True)
    git(root, "init", "--quiet")
    (root / "inner" / "theirs.py").write_text("ANSWER = 1\n")
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--message", "one")
    git(root, "tag", "v1")
    (root / "inner" / "theirs.py").write_text("ANSWER = 2\n")
    (root / "new.py").write_text("")
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--message", "two")
    return root


@pytest.fixture
def measured(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of v1, as in a process that measures it."""
    found = repository_of([str(repository)])
    tree = check_out(found, commit_of(found, "v1"), str(tmp_path))
    monkeypatch.setenv(REVISION, os.pathsep.join([tree, *spellings(found)]))
    monkeypatch.setattr(sys, "path", list(sys.path))
    for name in ("theirs", "own_theirs", "inner.theirs", "inner"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    yield Path(tree)
    for name in ("theirs", "own_theirs", "inner.theirs", "inner"):
        sys.modules.pop(name, None)


# In the repository.


def test_the_repository_is_found_from_any_folder_in_it(repository: Path, tmp_path: Path) -> None:
    assert repository_of([str(repository / "inner"), str(repository)]) == str(repository)
    link = tmp_path / "link"
    link.symlink_to(repository)
    by_link = repository_of([str(link / "inner")])
    assert spellings(by_link) == (str(link), str(repository))
    inner = tmp_path / "inner-link"
    inner.symlink_to(repository / "inner")
    assert repository_of([str(inner)]) == str(repository)


def test_writing_a_revision_leaves_the_repository_as_it_is(repository: Path, tmp_path: Path) -> None:
    (repository / "inner" / "theirs.py").write_text("ANSWER = 3\n")
    before = git(repository, "status", "--porcelain"), git(repository, "worktree", "list")
    found = repository_of([str(repository)])
    tree = Path(check_out(found, commit_of(found, "v1"), str(tmp_path)))
    assert (tree / "inner" / "theirs.py").read_text() == "ANSWER = 1\n"
    assert not (tree / "new.py").exists()
    assert (git(repository, "status", "--porcelain"), git(repository, "worktree", "list")) == before
    assert (repository / "inner" / "theirs.py").read_text() == "ANSWER = 3\n"


def test_a_hooks_own_variables_do_not_mislead(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index-of-a-hook"))
    found = repository_of([str(repository)])
    assert check_out(found, commit_of(found, "HEAD"), str(tmp_path))
    assert not (tmp_path / "index-of-a-hook").exists()


@pytest.mark.parametrize("asked", ["v9", "", "--all", "-v1", "v1:inner", "v1^{tree}", "\x00"])
def test_what_is_no_revision_is_a_sentence(repository: Path, asked: str) -> None:
    with pytest.raises(UserError, match="has no such revision; name a branch, a tag or a commit"):
        commit_of(repository_of([str(repository)]), asked)


@pytest.mark.parametrize("asked", ["v1", "HEAD", "HEAD~1", "master@{0}", "HEAD^"])
def test_a_revision_is_named_as_git_names_it(repository: Path, asked: str) -> None:
    git(repository, "branch", "-M", "master")
    assert len(commit_of(repository_of([str(repository)]), asked)) == 40


def test_code_in_no_repository_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is not in a git repository"):
        repository_of([str(tmp_path)])


def test_code_in_two_repositories_is_a_sentence(repository: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "--quiet")
    with pytest.raises(UserError, match="several repositories"):
        repository_of([str(repository), str(other)])


def test_a_machine_without_git_is_a_sentence(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(UserError, match="needs git, which cannot be started"):
        repository_of([str(repository)])


def test_the_working_tree_is_described(repository: Path) -> None:
    found = repository_of([str(repository)])
    head = git(repository, "rev-parse", "--short=9", "HEAD")
    assert working_tree_state(found) == f"working tree ({head})"
    (repository / "new.py").write_text("1")
    assert working_tree_state(found) == f"working tree ({head}, changed)"


def test_where_the_code_lies_follows_from_what_is_measured(repository: Path, tmp_path: Path) -> None:
    file = repository / "inner" / "theirs.py"
    assert folders(Options(), Own(function=f"{file}:job")) == [str(file.parent)]
    assert folders(Options(), Own(function="package.module:job", folder=str(tmp_path))) == [str(tmp_path)]
    (shipped,) = folders(Options(workloads=("sleep",)), None)
    assert shipped.endswith("workloads")
    with pytest.raises(UserError, match="name what to measure"):
        folders(Options(), None)


def test_workloads_in_the_packages_own_folder_are_taken_from_the_revision(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = repository_of([str(repository)])
    assert own_workloads(found, str(tmp_path), str(tmp_path)) == {}
    monkeypatch.setattr("workloads.__file__", str(repository / "inner" / "__init__.py"))
    path = Path(own_workloads(found, str(tmp_path / "tree"), str(tmp_path))["PYTHONPATH"])
    assert os.readlink(path / "workloads") == str(tmp_path / "tree" / "inner")
    assert (path / "bench" / "core" / "workload.py").is_file()


# In a process that measures it.


def test_a_file_of_the_repository_is_taken_from_the_revision(repository: Path, measured: Path) -> None:
    assert find(f"{repository}/inner/theirs.py:ANSWER") == 1


def test_so_is_a_module_by_its_name(repository: Path, measured: Path) -> None:
    assert find("theirs:ANSWER", str(repository / "inner")) == 1
    must_be_of_revision("theirs:ANSWER")


def test_and_what_is_installed_from_the_repository(
    repository: Path, measured: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(repository / "inner"))
    assert find("theirs:ANSWER") == 1


def test_what_the_revision_does_not_have_cannot_be_measured(repository: Path, measured: Path) -> None:
    with pytest.raises(ImportError, match="there is no file"):
        find(f"{repository}/new.py:anything")


def test_a_module_that_is_taken_from_the_repository_all_the_same_is_an_error(
    repository: Path, measured: Path
) -> None:
    load_file(repository / "inner" / "theirs.py")  # as an installed finder would
    with pytest.raises(ImportError, match=r"theirs is imported from .* not from the other revision"):
        must_be_moved()


def test_a_copy_that_is_installed_elsewhere_is_an_error(measured: Path) -> None:
    find("json:loads")
    with pytest.raises(ImportError, match=r"json is imported from .*, not from the other revision"):
        must_be_of_revision("json:loads")


def test_an_environment_within_the_repository_stays_where_it_is(repository: Path, measured: Path) -> None:
    packages = repository / ".venv" / "site-packages"
    packages.mkdir(parents=True)
    assert moved(str(packages)) == str(packages)
    assert moved("/usr/lib/python3") == "/usr/lib/python3"
    assert moved(str(measured / "new.py")) == str(measured / "new.py")


def test_without_another_revision_all_stays(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(REVISION, raising=False)
    path = str(repository / "inner" / "theirs.py")
    assert moved(path) == path
    must_be_moved()
    must_be_of_revision("json:loads")
