"""What a thread within a worker sees beside an application: how long its event loop is held and where, how
long another thread waits for the GIL, how many threads pools have begun. A pass of its own, as it costs.

``watch.json`` in the folder has the totals since the first request, written again every tenth of a second.
"""

import asyncio
import json
import os
import threading
import time
from collections import Counter
from typing import Any

from bench.core.run_queue import RunQueue
from bench.core.service import AppKind
from bench.worker.frames import PACKAGES, of_user, where
from bench.worker.sampler import SLEEP_S, slept, usual_lateness

WRITE_S = 0.1
THREADS_S = 0.02  # from one count of threads to the next
HELD_S = 1e-3  # from here on a loop counts as held
SAMPLE_S = 2e-3  # for so long it was held when it is asked where it is
FILE = "watch.json"


class Watch(threading.Thread):
    """Watches this process from the first request on."""

    def __init__(self, folder: str, loop: asyncio.AbstractEventLoop | None, usual_s: float) -> None:
        super().__init__(daemon=True, name="bench-watch")
        self.file = os.path.join(folder, FILE)
        self.usual_s = usual_s  # how late a sleep is with nothing beside it
        self.loop, self.loop_thread = loop, threading.get_ident()
        self.clock = (
            time.pthread_getcpuclockid(self.loop_thread)
            if loop and hasattr(time, "pthread_getcpuclockid")
            else None
        )
        self.posted = 0  # when the loop was asked last, and has not answered; 0: it has
        self.holds: list[float] = []
        self.lines: Counter[str] = Counter()
        self.threads: Counter[str] = Counter()
        self.gil_s = self.core_s = 0.0  # that this thread waited for the GIL, and for a core

    def run(self) -> None:
        written = counted = time.perf_counter()
        with RunQueue() as queue:
            while True:
                queued = queue.waited_ns()
                took = slept()
                for_core = (queue.waited_ns() - queued) / 1e9  # which says nothing of the GIL
                self.core_s += for_core
                self.gil_s += max(took - SLEEP_S - self.usual_s - for_core, 0.0)
                now = time.perf_counter()
                if self.loop:
                    self.ask(self.loop)
                if now - counted > THREADS_S:
                    counted = now
                    self.count()
                if now - written > WRITE_S:
                    written = now
                    self.write()

    def ask(self, loop: asyncio.AbstractEventLoop) -> None:
        """Ask the loop to answer, unless it still owes one: then see where it is."""
        now = time.perf_counter_ns()
        if not self.posted:
            self.posted = now
            loop.call_soon_threadsafe(self.answer)
        elif now - self.posted > SAMPLE_S * 1e9 and (seen := where(self.loop_thread)):
            own = "" if seen[1].startswith(PACKAGES) else of_user(seen[1])
            self.lines[own] += 1

    def answer(self) -> None:
        """In the loop: how long it was held."""
        held = (time.perf_counter_ns() - self.posted) / 1e9
        if held > HELD_S:
            self.holds.append(round(held, 6))
        self.posted = 0

    def count(self) -> None:
        """The most threads at once, by what their names begin with."""
        names = Counter(thread.name.rstrip("0123456789_-") for thread in threading.enumerate())
        self.threads |= names

    def write(self) -> None:
        seen = {
            "holds": self.holds,
            "lines": self.lines,
            "threads": self.threads,
            "gil_s": self.gil_s,
            "core_s": self.core_s,
            "loop_cpu_s": time.clock_gettime(self.clock) if self.clock else 0.0,
        }
        with open(f"{self.file}.new", "w", encoding="utf-8") as file:
            json.dump(seen, file)
        os.replace(f"{self.file}.new", self.file)


def watched(app: Any, kind: AppKind, folder: str) -> Any:
    """The application, watched from its first call on."""
    watch: Watch | None = None
    usual_s = usual_lateness()  # before there are requests

    def begin(loop: asyncio.AbstractEventLoop | None) -> None:
        nonlocal watch
        if watch is None:
            watch = Watch(folder, loop, usual_s)
            watch.start()

    async def watched_asgi(scope: Any, receive: Any, send: Any) -> None:
        begin(asyncio.get_running_loop())
        await app(scope, receive, send)

    def watched_wsgi(environ: Any, start_response: Any) -> Any:
        begin(None)
        return app(environ, start_response)

    return watched_asgi if kind is AppKind.ASGI else watched_wsgi
