"""What a service says about itself: counters, and the small control door that reads them.

Every service announces two ports on standard output: its own, and a control port. A client of the
control port gets one line of JSON (see ``Counters.snapshot``) and is hung up on; reading through a door
of its own keeps the harness's questions out of the figures that it asks for.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Counters:
    """Counts since the service started, except ``peak_in_flight``: since it was last read."""

    requests: int = 0
    connections: int = 0
    in_flight: int = 0
    peak_in_flight: int = 0

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
        now = {
            "cpu_s": time.process_time(),
            "requests": self.requests,
            "connections": self.connections,
            "peak_in_flight": self.peak_in_flight,
        }
        self.peak_in_flight = self.in_flight
        return now


async def serve(protocol: Callable[[], asyncio.Protocol], counters: Counters) -> None:
    """Serve ``protocol`` (a factory of protocols) on loopback until standard input closes.

    Announces ``{"port", "control", "pid"}`` as a line of JSON. Standard input is the leash: it closes
    when the parent ends, however it ends, and the service goes with it.
    """
    loop = asyncio.get_running_loop()

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(json.dumps(counters.snapshot()).encode() + b"\n")
        await writer.drain()
        writer.close()

    server = await loop.create_server(protocol, "127.0.0.1", 0, backlog=4096)
    control = await asyncio.start_server(answer, "127.0.0.1", 0)
    ports = {"port": server.sockets[0].getsockname()[1], "control": control.sockets[0].getsockname()[1]}
    print(json.dumps({**ports, "pid": os.getpid()}), flush=True)

    leash = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(leash), sys.stdin)
    while await leash.read(4096):
        pass
