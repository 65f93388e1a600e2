"""A session for each thread of a pool, instead of one for all."""

import threading
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from bench import Env, Span, Workload, timed


class OwnSessions:
    """Tasks of a workload, each in the session of the thread that runs it."""

    def __init__(self, workload: Workload, env: Env, who: Callable[[], int]) -> None:
        self.workload, self.env, self.who = workload, env, who
        self.here: Any = threading.local()

    def enter(self) -> None:
        """Open the calling thread's."""
        self.here.stack = ExitStack()
        session = self.here.stack.enter_context(self.workload.open(self.env))
        self.here.task = timed(self.workload, session, self.who)

    def task(self, i: int) -> Span:
        span: Span = self.here.task(i)
        return span

    def leave(self) -> None:
        """Close the calling thread's: some sessions can be closed by no other."""
        self.here.stack.close()
