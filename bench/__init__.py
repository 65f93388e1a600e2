"""Measure Python's concurrency models against each other on the same work.

``bench.run`` measures, see ``bench.api``; ``bench.load`` reads a saved run, see ``bench.report.saved_run``.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bench.api import run
    from bench.core.errors import UserError
    from bench.core.workload import Bound, Env, Workload, param
    from bench.report.saved_run import SavedRun, load

__version__ = "0.1.0"
__all__ = ["Bound", "Env", "SavedRun", "UserError", "Workload", "__version__", "load", "param", "run"]

LATER = {
    "Bound": "bench.core.workload",
    "Env": "bench.core.workload",
    "SavedRun": "bench.report.saved_run",
    "UserError": "bench.core.errors",
    "Workload": "bench.core.workload",
    "load": "bench.report.saved_run",
    "param": "bench.core.workload",
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
