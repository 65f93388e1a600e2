"""What the shell completes: names that can be typed, files and folders."""

import warnings
from collections.abc import Callable, Iterable, Mapping

import click
from click.shell_completion import CompletionItem

from bench.core.catalog import WORKLOADS
from bench.core.errors import PluginWarning
from bench.core.runner import RUNNERS
from bench.planning.study import STUDIES

Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def one_of(names: Callable[[], Iterable[str]], *, or_file: bool = False) -> Complete:
    """Completes a name that begins so, or, where none does, a file."""

    def complete(context: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
        with warnings.catch_warnings():  # of a plug-in that cannot be loaded: the command says so
            warnings.simplefilter("ignore", PluginWarning)
            found = [CompletionItem(name) for name in sorted(set(names())) if name.startswith(begun)]
        return found or [CompletionItem(begun, type="file")] * or_file

    return complete


def files(context: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Completes a file's path."""
    return [CompletionItem(begun, type="file")]


def folders(context: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Completes a folder's path."""
    return [CompletionItem(begun, type="dir")]


def workload_names() -> Iterable[str]:
    return (name for kind in WORKLOADS.all for name in (kind.name, kind.label()))


OF_OPTIONS: Mapping[str, Complete] = {  # that every command which measures takes
    "function": files,
    "async_function": files,
    "setup": files,
    "inputs": files,
    "workloads": one_of(workload_names, or_file=True),
    "clients": one_of(lambda: (kind.client for kind in WORKLOADS.all if kind.client)),
    "runners": one_of(RUNNERS.names),
    "studies": one_of(STUDIES.names),
    "pythons": files,
    "mongod": files,
    "out": folders,
}
