"""What the HTTP service answers: pure functions of the request, importable by clients for their checks."""

import re
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple
from urllib.parse import parse_qsl

MAX_DELAY = 60.0
MAX_SIZE = 16 * 1024 * 1024
FAULTS = frozenset({"status", "reset", "slow", "truncated", "garbage"})
METHODS = frozenset({b"GET", b"HEAD", b"POST"})

PHRASES = {
    200: "OK",
    400: "Bad Request",
    404: "Not Found",
    413: "Content Too Large",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    501: "Not Implemented",
}

# Stricter than int() and float(), which take spaces, underscores, "nan" and numbers of any length.
_NATURAL = re.compile(r"[0-9]{1,20}")
_DECIMAL = re.compile(r"[0-9]{1,8}(\.[0-9]{0,40})?([eE][-+]?[0-9]{1,3})?")


class Refused(ValueError):
    """A request that gets ``status`` and a line of reason instead of an item."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class AnswerPlan(NamedTuple):
    """What a query string asks for."""

    delay: float = 0.0
    size: int = 1024
    jitter: float = 0.0
    seed: int = 0
    fault: str = ""


def body(i: int, size: int) -> bytes:
    """The body of item ``i``: its number, eight digits and a newline, repeated and cut to ``size`` bytes."""
    return (b"%08d\n" % i * (size // 9 + 1))[:size]


@lru_cache(maxsize=1024)
def head(status: int, length: int, keep: bool) -> bytes:
    """The head of an answer; it names the connection's fate, which an HTTP/1.0 client needs to be told."""
    return (
        f"HTTP/1.1 {status} {PHRASES[status]}\r\nContent-Type: text/plain\r\nContent-Length: {length}\r\n"
        f"Connection: {'keep-alive' if keep else 'close'}\r\n\r\n"
    ).encode()


def error(status: int, reason: str, keep: bool, bare: bool = False) -> bytes:
    """A whole answer that says one line (no body, but its length, if ``bare``: for HEAD)."""
    text = f"{reason}\n".encode()
    return head(status, len(text), keep) + (b"" if bare else text)


def dribble(start: bytes, content: bytes) -> list[bytes]:
    """The head, and its content in ten pieces; without content the head comes last, to be as late."""
    if not content:
        return [b""] * 10 + [start]
    size = len(content)
    return [start, *(content[k * size // 10 : (k + 1) * size // 10] for k in range(10))]


def wait(plan: AnswerPlan, i: int) -> float:
    """The seconds before item ``i`` is answered: within ``jitter`` of the delay, the same every time.

    A real hash, for a CRC is linear: another seed would only XOR every item's draw with one constant.
    """
    if not plan.jitter or not plan.delay:
        return plan.delay
    digest = blake2b(b"%d:%d" % (plan.seed, i), digest_size=6).digest()
    draw = int.from_bytes(digest, "big") / 2**48
    return plan.delay * (1 + plan.jitter * (2 * draw - 1))


def find(method: bytes, target: bytes) -> tuple[int, AnswerPlan]:
    """The item that a request line asks for, and how; raises ``Refused``."""
    if method not in METHODS:
        raise Refused(501, f"no such method here: {method.decode('ascii', 'replace')!a}")
    path, _, query = target.partition(b"?")
    if path[:7].lower() == b"http://":  # the absolute form, which a server must take
        path = b"/" + path[7:].partition(b"/")[2]
    if path[:6] != b"/item/":
        raise Refused(404, "the only path is /item/<number>")
    number = path[6:]
    if not number.isdigit() or len(number) > 8:
        raise Refused(400, "an item is a number of 1 to 8 digits")
    return int(number), parse(query)


@lru_cache(maxsize=1024)
def parse(query: bytes) -> AnswerPlan:
    """The plan in a query string; raises ``Refused``. Cached: a load sends one query over and over."""
    if not query:
        return AnswerPlan()
    try:
        text, most = query.decode("latin-1"), len(AnswerPlan._fields)
        pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=True, max_num_fields=most)
    except ValueError:
        raise Refused(400, "malformed query string") from None
    values = dict(pairs)
    if len(values) < len(pairs):
        raise Refused(400, "a parameter is given twice")
    for name in values.keys() - set(AnswerPlan._fields):
        raise Refused(400, f"unknown parameter {name[:40]!a}")
    fault = values.get("fault", "")
    if fault and fault not in FAULTS:
        raise Refused(400, f"fault must be one of {', '.join(sorted(FAULTS))}")
    return AnswerPlan(
        delay=_decimal(values, "delay", MAX_DELAY),
        size=_natural(values, "size", 1024, MAX_SIZE),
        jitter=_decimal(values, "jitter", 1.0),
        seed=_natural(values, "seed", 0, 2**63 - 1),
        fault=fault,
    )


def _decimal(values: dict[str, str], name: str, most: float) -> float:
    text = values.get(name, "0")
    if not _DECIMAL.fullmatch(text) or float(text) > most:
        raise Refused(400, f"{name} must be a number from 0 to {most:g}, not {text[:40]!a}")
    return float(text)


def _natural(values: dict[str, str], name: str, default: int, most: int) -> int:
    text = values.get(name, str(default))
    if not _NATURAL.fullmatch(text) or int(text) > most:
        raise Refused(400, f"{name} must be a whole number from 0 to {most}, not {text[:40]!a}")
    return int(text)
