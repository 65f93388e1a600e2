"""The HTTP service: a loopback HTTP/1.1 server that answers late, in full, and with faults on request.

``GET /item/<i>?delay=0.02&size=1024&jitter=0.25&seed=7`` is answered after the delay with ``body(i, size)``;
``fault=`` one of status, reset, slow, truncated, garbage spoils the answer. Run it with
``python -m bench.execution.services.http``; see ``counters.serve`` for how it announces itself and ends.

It must cost far less than the clients that it measures, so it is a bare ``asyncio.Protocol``, and it runs on
the stock loop, whose timers are never early. A client that closes its sending side counts as gone.
"""

import asyncio
import contextlib
import re
import socket
import struct
from collections import deque

from httptools import HttpParserError, HttpParserInvalidMethodError, HttpParserUpgrade, HttpRequestParser

from bench.core.http_answers import AnswerPlan, Refused, body, dribble, error, find, head, wait
from bench.execution.services.counters import Counters, serve

MAX_HEAD = 32 * 1024  # bytes of request line and headers
MAX_REQUEST = 1024 * 1024  # bytes of one request as sent, body and all
MAX_QUEUE = 64  # pipelined requests held before reading stops
LINGER = 2.0  # seconds in which a refused client may read why

GARBAGE = b"\x00\xff\x16 this is no HTTP \xfe\r\n\r\n"
_REQUEST_LINE = re.compile(rb"[A-Z]+ \S+ HTTP/1\.[01]\r?\n")


class HttpProtocol(asyncio.Protocol):
    """One connection: requests are queued as they are read, and answered one at a time, in order."""

    def __init__(self, counters: Counters) -> None:
        self._counters = counters
        self._loop = asyncio.get_running_loop()
        self._queue: deque[tuple[bytes, bytes, bool]] = deque()  # method, target, whether to keep alive
        self._timer: asyncio.TimerHandle | None = None
        self._refusal = b""  # the last answer of a connection that cannot be parsed further
        self._busy = False  # a request is being answered
        self._keep = True  # the connection outlives that answer
        self._paused = False  # the client is not reading
        self._deaf = False  # further input is dropped
        # The request that is being read.
        self._target = b""
        self._head = 0  # bytes in its headers, as far as parsed
        self._raw = 0  # bytes received for it, less those that came along with the request before
        self._headed = False  # its headers are complete
        self._expects = False  # it waits for "100 Continue", which HTTP/1.0 does not have

    # From the transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._parser = HttpRequestParser(self)
        self._counters.connections += 1

    def data_received(self, data: bytes) -> None:
        if self._deaf:
            return
        self._raw += len(data)
        try:
            self._parser.feed_data(data)
        except HttpParserUpgrade:
            pass  # we do not: the request is answered as ever, and the last
        except HttpParserInvalidMethodError:
            # The parser knows few methods: a well-formed line with another one, received whole, gets a 501.
            sound = self._raw == len(data) and _REQUEST_LINE.match(data)
            self._refuse(501 if sound else 400, "no such method here" if sound else "this is no HTTP")
        except HttpParserError as why:
            self._refuse(400, f"malformed request: {why}")
        # The parser buffers a header until it ends, however long that takes, so the bytes count too.
        if self._raw > MAX_HEAD and not self._headed:
            self._refuse(431, f"more than {MAX_HEAD} bytes of headers")
        elif self._raw > MAX_REQUEST:
            self._refuse(413, f"more than {MAX_REQUEST} bytes of request")
        self._pump()
        if len(self._queue) >= MAX_QUEUE:
            self._transport.pause_reading()

    def pause_writing(self) -> None:
        self._paused = True

    def resume_writing(self) -> None:
        self._paused = False
        self._pump()

    def eof_received(self) -> None:
        self._forget()  # and the transport closes itself

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget()
        del self._parser  # it holds this object: spare the garbage collector the cycle

    # From the parser

    def on_url(self, part: bytes) -> None:
        self._target += part
        self._head += len(part)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._head += len(name) + len(value) + 4
        if len(name) == 6 and name.lower() == b"expect" and not self._headed:
            self._expects = value.lower() == b"100-continue" and self._parser.get_http_version() == "1.1"

    def on_headers_complete(self) -> None:
        self._headed = True
        if self._head > MAX_HEAD:
            self._refuse(431, f"more than {MAX_HEAD} bytes of headers")

    def on_message_complete(self) -> None:
        if self._deaf:
            return
        keep = self._parser.should_keep_alive() and not self._parser.should_upgrade()
        self._queue.append((self._parser.get_method(), self._target, keep))
        self._deaf = not keep
        self._target = b""
        self._head = self._raw = 0
        self._headed = self._expects = False

    # Answering

    def _pump(self) -> None:
        """Begin the next requests, as far as nothing is being answered and the client reads."""
        while self._queue and not self._busy and not self._paused and not self._transport.is_closing():
            self._begin(*self._queue.popleft())
        if self._queue or self._busy or self._paused:
            return
        self._transport.resume_reading()
        if self._refusal:
            # Closing now, with input unread, would reset the connection and lose the answer.
            self._transport.write(self._refusal)
            self._transport.write_eof()
            self._refusal = b""
            self._timer = self._loop.call_later(LINGER, self._transport.abort)
        elif self._expects and self._headed and not self._deaf:
            self._expects = False
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _begin(self, method: bytes, target: bytes, keep: bool) -> None:
        self._counters.begin()
        self._busy = True
        self._keep = keep
        bare = method == b"HEAD"
        try:
            i, plan = find(method, target)
        except Refused as no:
            self._finish(error(no.status, str(no), keep, bare))
            return
        seconds = wait(plan, i)
        if plan.fault == "slow":
            content = b"" if bare else body(i, plan.size)
            self._dribble(seconds / 10, dribble(head(200, plan.size, keep), content))
        elif seconds:
            due = self._loop.time() + seconds
            self._timer = self._loop.call_at(due, self._wake, due, i, plan, bare)
        else:
            self._answer(i, plan, bare)

    def _wake(self, due: float, i: int, plan: AnswerPlan, bare: bool) -> None:
        self._counters.late_s += self._loop.time() - due
        self._answer(i, plan, bare)
        self._pump()

    def _answer(self, i: int, plan: AnswerPlan, bare: bool) -> None:
        start = head(200, plan.size, self._keep)
        if not plan.fault:
            self._finish(start if bare else start + body(i, plan.size))
        elif plan.fault == "status":
            self._finish(error(500, "a fault, as requested", self._keep, bare))
        elif plan.fault == "reset":
            linger = struct.pack("ii", 1, 0)  # close without a farewell
            self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self._transport.abort()
        else:
            self._keep = False
            truncated = start if bare else start + body(i, plan.size)[: plan.size // 2]
            self._finish(truncated if plan.fault == "truncated" else GARBAGE)

    def _dribble(self, gap: float, pieces: list[bytes]) -> None:
        piece = pieces.pop(0)
        if pieces:
            self._transport.write(piece)
            self._timer = self._loop.call_later(gap, self._dribble, gap, pieces)
        else:
            self._finish(piece)
            self._pump()

    def _finish(self, last: bytes) -> None:
        self._transport.write(last)
        self._busy = False
        self._counters.end()
        if not self._keep:
            self._queue.clear()
            self._deaf = True
            self._transport.close()

    def _refuse(self, status: int, reason: str) -> None:
        """Answer this after all that is queued, then close: what follows cannot be parsed."""
        if not self._deaf:
            self._refusal = error(status, reason, False)
            self._deaf = True

    def _forget(self) -> None:
        """Clean up after the client has gone; may be called twice."""
        self._queue.clear()
        if self._timer:
            self._timer.cancel()
        if self._busy:
            self._busy = False
            self._counters.end()


def main() -> None:
    """Serve until standard input closes."""
    counters = Counters()
    with contextlib.suppress(KeyboardInterrupt):
        serve(lambda: HttpProtocol(counters), counters)


if __name__ == "__main__":
    main()
