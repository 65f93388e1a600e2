"""Counters of a service, and the control port that reads them.

Every service announces two ports on standard output: its own, and a control port. A client of the control
port gets one line of JSON (see ``Counters.snapshot``), and the connection is closed; a separate port keeps
the harness's questions out of the figures.
"""

import asyncio
import errno
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bench.execution.services.exact_loop import exact_loop

BEAT_S = 0.05
EXHAUSTED = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}  # files or memory


@dataclass
class Counters:
    """Counts since the service started, except ``peak_in_flight`` and ``stalled_s``: since last read."""

    requests: int = 0
    connections: int = 0
    in_flight: int = 0
    peak_in_flight: int = 0
    refused: int = 0  # connections that failed for lack of files or memory
    stalled_s: float = 0.0  # the longest delay of the event loop, whatever the reason
    late_s: float = 0.0  # by which delayed answers were sent later than asked for, summed
    _beat_due: float = field(default_factory=time.monotonic)

    def beat(self, loop: asyncio.AbstractEventLoop) -> None:
        """Record how late the event loop is, now and every ``BEAT_S``."""
        self._record_delay()
        self._beat_due = time.monotonic() + BEAT_S
        loop.call_at(loop.time() + BEAT_S, self.beat, loop)

    def _record_delay(self) -> None:
        self.stalled_s = max(self.stalled_s, time.monotonic() - self._beat_due)

    def begin(self) -> None:
        """A request has been read in full and is now being answered."""
        self.requests += 1
        self.in_flight += 1
        self.peak_in_flight = max(self.peak_in_flight, self.in_flight)

    def end(self) -> None:
        """Its answer has been written, or its client has gone."""
        self.in_flight -= 1

    def snapshot(self) -> dict[str, float]:
        """The counts, and the CPU seconds of this process; starts a new peak."""
        self._record_delay()
        now = {
            "cpu_s": time.process_time(),
            "requests": self.requests,
            "connections": self.connections,
            "peak_in_flight": self.peak_in_flight,
            "refused": self.refused,
            "stalled_s": self.stalled_s,
            "late_s": self.late_s,
        }
        self.peak_in_flight, self.stalled_s = self.in_flight, 0.0
        return now

    def trouble(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Exception handler of the event loop: counts the clients that could not be accepted."""
        if getattr(context.get("exception"), "errno", None) in EXHAUSTED:
            self.refused += 1
        else:
            loop.default_exception_handler(context)


def serve(protocol: Callable[[], asyncio.Protocol], counters: Counters) -> None:
    """Serve ``protocol`` (a factory of protocols) on loopback until standard input closes, with exact timers.

    Announces ``{"port", "control", "pid"}`` as a line of JSON. Standard input closes when the parent ends,
    however it ends, and the service ends then.
    """
    with asyncio.Runner(loop_factory=exact_loop) as runner:
        runner.run(_serve(protocol, counters))


async def _serve(protocol: Callable[[], asyncio.Protocol], counters: Counters) -> None:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(counters.trouble)
    counters.beat(loop)

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(json.dumps(counters.snapshot()).encode() + b"\n")
        await writer.drain()
        writer.close()

    server = await loop.create_server(protocol, "127.0.0.1", 0, backlog=4096)
    control = await asyncio.start_server(answer, "127.0.0.1", 0)
    ports = {"port": server.sockets[0].getsockname()[1], "control": control.sockets[0].getsockname()[1]}
    print(json.dumps({**ports, "pid": os.getpid()}), flush=True)

    stdin = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stdin), sys.stdin)
    while await stdin.read(4096):
        pass
    server.close()
    control.close()
