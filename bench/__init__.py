"""Measure Python's concurrency models against each other on the same work."""

from bench.workload import Bound, Env, Workload, param

__version__ = "0.1.0"
__all__ = ["Bound", "Env", "Workload", "__version__", "param"]
