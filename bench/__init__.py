"""Measure Python's concurrency models against each other on the same work.

``bench.run`` measures, see ``bench.api``; ``bench.load`` reads a saved run, see ``bench.saved_run``.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bench.api import run
    from bench.errors import UserError
    from bench.saved_run import SavedRun, load
    from bench.workload import Bound, Env, Workload, param

__version__ = "0.1.0"
__all__ = ["Bound", "Env", "SavedRun", "UserError", "Workload", "__version__", "load", "param", "run"]

LATER = {
    "Bound": "bench.workload",
    "Env": "bench.workload",
    "SavedRun": "bench.saved_run",
    "UserError": "bench.errors",
    "Workload": "bench.workload",
    "load": "bench.saved_run",
    "param": "bench.workload",
    "run": "bench.api",
}

if not TYPE_CHECKING:  # else every name would be one of this module's

    def __getattr__(name: str) -> Any:
        """What is in this package comes when it is used: measured processes, which import it too, have no use
        for most of it, and a command must be able to handle an interrupt soon after it starts."""
        if name not in LATER:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        return getattr(import_module(LATER[name]), name)
