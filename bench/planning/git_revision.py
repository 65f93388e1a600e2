"""``--against``: another git revision of the user's code, measured beside the working tree."""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
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


def beside_revision(options: Options, function: Own | None, hosts: Sequence[Host], folder: str) -> list[Host]:
    """Each interpreter twice: with the revision of ``options.against``, written to ``folder``, and with the
    working tree.

    Raises UserError for an unknown revision, and for code that is in no repository or in several.
    """
    repository = repository_of(folders(options, function))
    commit = commit_of(repository, options.against)
    tree = check_out(repository, commit, folder)
    there = os.pathsep.join([tree, *spellings(repository)])
    environment = {REVISION: there, **own_workloads(repository, tree, folder)}
    asked, short, now = options.against, commit[:9], working_tree_state(repository)
    revision = f"{asked} ({short})" if asked != short else asked
    arms = []
    for host in hosts:
        name = host.python.name
        before = replace(host.python, name=f"{name} at {asked}", revision=revision, compared_with=name)
        arms.append(replace(host, python=before, environment={**host.environment, **environment}))
        arms.append(replace(host, python=replace(host.python, revision=now)))
    return arms


def folders(options: Options, function: Own | None) -> list[str]:
    """Folders of the code to be measured."""
    if function:
        targets = filter(None, (function.function, function.async_function))
        return [
            os.path.dirname(where) if where.endswith(".py") else function.folder
            for where in (target.rpartition(":")[0] for target in targets)
        ]
    if not options.workloads:
        raise UserError("--against: name what to measure, for instance with -w path/to/file.py:Class.")
    kinds = find_workloads(options.workloads, options.clients)
    files = [str(sys.modules[kind.__module__].__file__) for kind in kinds]
    return [os.path.dirname(os.path.abspath(file)) for file in files]


def repository_of(paths: Sequence[str]) -> str:
    """Root of the one git repository that contains all the paths, as the user spells it. Raises UserError."""
    roots = {}
    for path in paths:
        inside = git(path, "rev-parse", "--show-prefix").rstrip("\n").rstrip("/")
        root = path[: -len(inside)].rstrip("/") if inside else path
        if (inside and not path.endswith(f"/{inside}")) or not os.path.isdir(root):  # a link leads into it
            root = git(path, "rev-parse", "--show-toplevel").rstrip("\n")
        roots[os.path.realpath(root)] = root
    if len(roots) > 1:
        raise UserError(
            f"--against: the measured code is in several repositories ({', '.join(sorted(roots.values()))}):"
            " measure one at a time."
        )
    return next(iter(roots.values()))


def spellings(repository: str) -> tuple[str, ...]:
    """The repository's root as the user spells it, and with every link followed."""
    return tuple(dict.fromkeys((repository, os.path.realpath(repository))))


def commit_of(repository: str, asked: str) -> str:
    """The revision's full name. Raises UserError."""
    try:
        if not asked.isprintable() or asked.startswith(("-", "^")) or not asked:
            raise UserError("")
        return git(repository, "rev-parse", "--quiet", "--verify", f"{asked}^{{commit}}").strip()
    except UserError:
        raise UserError(
            f"--against {asked}: {repository} has no such revision; name a branch, a tag or a commit."
        ) from None


def check_out(repository: str, commit: str, folder: str) -> str:
    """Write the revision's files; the repository, its index and its work tree stay as they are."""
    tree, index = os.path.join(folder, "tree"), os.path.join(folder, "index")
    os.mkdir(tree)
    git(repository, "read-tree", commit, index=index)
    git(repository, "checkout-index", "--all", f"--prefix={tree}/", index=index)
    return tree


def own_workloads(repository: str, tree: str, folder: str) -> dict[str, str]:
    """Environment in which this package's workloads are those of the revision, if they are in the
    repository."""
    package = Path(str(workloads.__file__)).parent
    root = next((root for root in spellings(repository) if within(str(package), root)), None)
    if root is None:
        return {}
    links = os.path.join(folder, "links")
    os.mkdir(links)
    os.symlink(Path(str(bench.__file__)).parent, os.path.join(links, "bench"))
    os.symlink(os.path.join(tree, os.path.relpath(package, root)), os.path.join(links, "workloads"))
    return {"PYTHONPATH": links}


def working_tree_state(repository: str) -> str:
    """The working tree in words: its commit, and whether it was changed."""
    changed = git(repository, "status", "--porcelain", "--untracked-files=no").strip()
    head = git(repository, "rev-parse", "--short=9", "HEAD").strip()
    return f"working tree ({head}{', changed' if changed else ''})"


def git(folder: str, *words: str, index: str | None = None) -> str:
    """Output of a git command. Raises UserError with git's reason."""
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
            raise UserError(f"--against: {folder} is not in a git repository; the measured code must be.")
        raise UserError(f"--against: git {words[0]} in {folder}: {reason}")
    return done.stdout
