"""``--against``: another git revision of the user's code, measured beside the code as it lies there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import bench
import workloads
from bench.core.catalog import find_workloads
from bench.core.code_loading import REVISION, within
from bench.core.errors import UserError
from bench.core.user_function import Own
from bench.environment.interpreter import Host
from bench.planning.options import Options

TIMEOUT_S = 300.0  # of git, which may have a large repository to write


@dataclass(frozen=True)
class Repository:
    """Where the user's code lies, as the user spells it."""

    root: str

    @property
    def spellings(self) -> tuple[str, ...]:
        """The root as it is spelled, and with every link followed."""
        return tuple(dict.fromkeys((self.root, os.path.realpath(self.root))))


def beside_revision(options: Options, function: Own | None, hosts: Sequence[Host], folder: str) -> list[Host]:
    """Each interpreter twice: with the revision of ``options.against``, written to ``folder``, and with the
    working tree.

    Raises UserError for what is no revision, and for code that is in no repository, or in several.
    """
    repository = repository_of(folders(options, function))
    commit = commit_of(repository, options.against)
    tree = check_out(repository, commit, folder)
    there = os.pathsep.join([tree, *repository.spellings])
    environment = {REVISION: there, **own_workloads(repository, tree, folder)}
    short, lies = commit[:9], working_tree_state(repository)
    return [arm for host in hosts for arm in twice(host, options.against, short, lies, environment)]


def twice(host: Host, asked: str, commit: str, lies: str, environment: dict[str, str]) -> tuple[Host, Host]:
    """The interpreter with the revision, and with the code as it lies there."""
    named = f"{asked} ({commit})" if asked != commit else asked
    before = replace(
        host,
        python=replace(
            host.python,
            name=f"{host.python.name} at {asked}",
            revision=named,
            compared_with=host.python.name,
        ),
        environment={**host.environment, **environment},
    )
    return before, replace(host, python=replace(host.python, revision=lies))


def folders(options: Options, function: Own | None) -> list[str]:
    """Where the code lies that is to be measured."""
    if function:
        targets = filter(None, (function.function, function.async_function))
        return [
            os.path.dirname(where) if where.endswith(".py") else function.folder
            for where in (target.rpartition(":")[0] for target in targets)
        ]
    if not options.workloads:
        raise UserError("--against: name what is to be measured, with -w path/to/file.py:Class for instance.")
    found = []
    for kind in find_workloads(options.workloads, options.clients):
        file = os.path.abspath(str(sys.modules[kind.__module__].__file__))
        found.append(os.path.dirname(file))
    return found


def repository_of(paths: Sequence[str]) -> Repository:
    """The one that they all lie in. Raises UserError."""
    roots = {}
    for path in paths:
        inside = git(path, "rev-parse", "--show-prefix").rstrip("\n").rstrip("/")
        root = path[: -len(inside)].rstrip("/") if inside else path
        if (inside and not path.endswith(f"/{inside}")) or not os.path.isdir(root):  # a link leads into it
            root = git(path, "rev-parse", "--show-toplevel").rstrip("\n")
        roots[os.path.realpath(root)] = root
    if len(roots) > 1:
        raise UserError(
            f"--against: what is measured lies in several repositories ({', '.join(sorted(roots.values()))}):"
            " measure one at a time."
        )
    (root,) = roots.values()
    return Repository(root)


def commit_of(repository: Repository, asked: str) -> str:
    """The revision's full name. Raises UserError."""
    try:
        if not asked.isprintable() or asked.startswith(("-", "^")) or not asked:
            raise UserError("")
        return git(repository.root, "rev-parse", "--quiet", "--verify", f"{asked}^{{commit}}").strip()
    except UserError:
        raise UserError(
            f"--against {asked}: {repository.root} has no such revision; name a branch, a tag or a commit."
        ) from None


def check_out(repository: Repository, commit: str, folder: str) -> str:
    """Write the revision's files; the repository, its index and its work tree stay as they are."""
    tree, index = os.path.join(folder, "tree"), os.path.join(folder, "index")
    os.mkdir(tree)
    git(repository.root, "read-tree", commit, index=index)
    git(repository.root, "checkout-index", "--all", f"--prefix={tree}/", index=index)
    return tree


def own_workloads(repository: Repository, tree: str, folder: str) -> dict[str, str]:
    """Where the workloads of this package lie in the repository, they are taken from the revision, too: the
    environment in which they are found there."""
    package = Path(str(workloads.__file__)).parent
    root = next((root for root in repository.spellings if within(str(package), root)), None)
    if root is None:
        return {}
    links = os.path.join(folder, "links")
    os.mkdir(links)
    os.symlink(Path(str(bench.__file__)).parent, os.path.join(links, "bench"))
    os.symlink(os.path.join(tree, os.path.relpath(package, root)), os.path.join(links, "workloads"))
    return {"PYTHONPATH": links}


def working_tree_state(repository: Repository) -> str:
    """What the code is now, in words."""
    changed = git(repository.root, "status", "--porcelain", "--untracked-files=no").strip()
    head = git(repository.root, "rev-parse", "--short=9", "HEAD").strip()
    return f"working tree ({head}{', changed' if changed else ''})"


def git(folder: str, *words: str, index: str | None = None) -> str:
    """What git says. Raises UserError with its reason."""
    # A hook's own variables would lead to its repository and index.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    if index:
        environment["GIT_INDEX_FILE"] = index
    try:
        done = subprocess.run(
            ["git", "-C", folder, *words],
            capture_output=True,
            text=True,
            errors="replace",
            env=environment,
            timeout=TIMEOUT_S,
            check=False,
        )
    except OSError as error:
        raise UserError(f"--against needs git, which cannot be started: {error.strerror}.") from None
    except subprocess.TimeoutExpired:
        raise UserError(f"--against: git {words[0]} took longer than {TIMEOUT_S:.0f} s.") from None
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        if "not a git repository" in reason:
            raise UserError(f"--against: {folder} is in no git repository; what is measured must be.")
        raise UserError(f"--against: git {words[0]} in {folder}: {reason}")
    return done.stdout
