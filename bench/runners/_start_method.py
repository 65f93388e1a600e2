"""How pool processes start.

The method is set, since Python's default depends on its version: forkserver with the client preloaded (the
server imports it once, its children inherit it), else spawn.
"""

import multiprocessing
from collections.abc import Sequence
from typing import Any

from bench.core.runner import Job


def named_context(job: Job, preloaded: Sequence[str]) -> Any:
    """The multiprocessing context of the job's start method; the fork server imports ``preloaded``."""
    methods = multiprocessing.get_all_start_methods()
    method = str(job.options.get("start_method", "forkserver" if "forkserver" in methods else "spawn"))
    context = multiprocessing.get_context(method)
    if method == "forkserver":
        context.set_forkserver_preload(list(preloaded))
    return context
