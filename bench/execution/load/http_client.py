"""The client's side of HTTP/1.1 on a socket that does not block, as cheap as Python can have it: it must cost
far less than the server that it measures. A head that was seen before is not parsed again."""

import re
import select
import socket
import time
import zlib
from functools import lru_cache
from typing import NamedTuple

PIECE = 1 << 16  # bytes read at once
STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
CLOSES = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)
END = b"\r\n\r\n"


class BadAnswer(ValueError):
    """What came is no HTTP answer."""


class Head(NamedTuple):
    """The head of an answer."""

    status: int
    length: int  # bytes of the body; -1: it is chunked; -2: it ends with the connection
    closes: bool  # the server closes the connection after it


@lru_cache(256)
def parse_head(head: bytes) -> Head:
    """What a head says. Raises BadAnswer."""
    status = STATUS.match(head)
    if not status:
        raise BadAnswer("the answer is not HTTP/1.1")
    code = int(status[1])
    closes = bool(CLOSES.search(head)) or head.startswith(b"HTTP/1.0")
    if code in (204, 304):
        return Head(code, 0, closes)
    if CHUNKED.search(head):
        return Head(code, -1, closes)
    length = LENGTH.search(head)
    return Head(code, int(length[1]), closes) if length else Head(code, -2, True)


def unchunked(data: bytes) -> bytes | None:
    """The body of chunks; None: more is to come. Raises BadAnswer."""
    body = bytearray()
    at = 0
    while (line := data.find(b"\r\n", at)) >= 0:
        try:
            size = int(data[at:line].partition(b";")[0], 16)
        except ValueError:
            raise BadAnswer("a chunk of the answer has no size") from None
        at = line + 2
        if not size:
            return bytes(body) if data.endswith(END) else None  # after trailers, if there are any
        body += data[at : at + size]
        at += size + 2
    return None


class Connection:
    """A connection that sends one request at a time and reads its answer."""

    __slots__ = ("content", "data", "due", "head", "request", "socket")

    def __init__(self, port: int) -> None:
        self.socket = socket.socket()
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.connect_ex(("127.0.0.1", port))  # under way; a refusal is told by the first read
        self.data = b""  # of the answer so far
        self.content = b""  # of the last answer
        self.head: Head | None = None
        self.due = 0  # when the request should have been sent, in nanoseconds
        self.request = 0  # which of the mix

    def read(self) -> tuple[int, int] | None:
        """Status and digest of the answer once it is complete; None: more is to come.

        Raises OSError, and BadAnswer where the connection ends too early or what comes is not HTTP.
        """
        piece = self.socket.recv(PIECE)
        data = self.data + piece if self.data else piece
        head = self.head
        if head is None:
            end = data.find(END)
            if end < 0:
                if not piece:
                    raise BadAnswer("the connection was closed without an answer")
                self.data = data
                return None
            head = self.head = parse_head(data[:end])
            data = data[end + 4 :]
        body: bytes | None = data
        if head.length >= 0:
            complete = len(data) >= head.length
        elif head.length == -1:
            complete = data.endswith(END) and (body := unchunked(data)) is not None
        else:
            complete = not piece
        if complete:
            self.content = body or b""
            return head.status, zlib.crc32(self.content)
        if not piece:
            raise BadAnswer("the connection was closed in the midst of an answer")
        self.data = data
        return None

    def ready(self) -> bool:
        """Make room for the next answer; False: the server closes this connection."""
        keep = self.head is None or not self.head.closes
        self.data, self.head = b"", None
        return keep


def ask_once(port: int, request: bytes, longest_s: float) -> tuple[int, int, bytes]:
    """Status, digest and content of the answer to one request on a connection of its own.

    Raises OSError, TimeoutError among them, and BadAnswer.
    """
    until = time.monotonic() + longest_s
    connection = Connection(port)
    with connection.socket as door:
        select.select([], [door], [], longest_s)
        door.sendall(request)
        while (left := until - time.monotonic()) > 0:
            if select.select([door], [], [], left)[0] and (found := connection.read()):
                return *found, connection.content
    raise TimeoutError(f"no answer within {longest_s:.0f} s")
