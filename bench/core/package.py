"""What a build of Python does with a package: what ``advise --package`` asks for."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ImportFailure:
    """A module that could not be imported, and why, in one line."""

    module: str
    reason: str
    lacks: str = ""  # the module that it did not find


@dataclass(frozen=True)
class Package:
    """A package as one build sees it."""

    name: str
    version: str = ""  # "": of no distribution
    absent: str = ""  # "": it is there; else the first of its packages that is not, or itself
    gil: bool = True  # whether the GIL was on before anything was imported
    turned_on_by: tuple[str, ...] = ()  # modules that turn it on
    extensions: tuple[str, ...] = ()  # extension modules of the package that were imported
    failures: tuple[ImportFailure, ...] = ()
    left_out: int = 0  # extension modules for which no time was left
    declares: str = ""  # its classifier on free threading, such as "2 - Beta"
    function: str = ""  # one of its public functions


def own_module(package: str, module: str) -> bool:
    """Whether a module belongs to a package."""
    return module == package or module.startswith(f"{package}.")
