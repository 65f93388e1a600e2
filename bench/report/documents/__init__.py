"""What ``--json`` prints: one document, of the types in these modules, each field described beside it.

``run`` is that of ``run``, ``all``, ``sweep`` and ``advise``; ``service`` of ``advise --path``;
``comparison`` of ``compare``; ``ledger`` of ``claims``; ``fitness`` of ``doctor``; ``listing`` of ``list``. A
figure with an interval is an ``Estimate``: its median over the blocks, ``low`` and ``high``, the interval's
confidence ``level``, and ``n`` blocks. Times are seconds, memory is bytes, shares are of 1; null is not
known. ``schema`` grows when a field changes its meaning or goes; new fields may come at any time.
"""

from numbers import Number
from typing import Any

import msgspec

SCHEMA = 1


def encoded(document: object) -> str:
    """A document as JSON, indented, with an end of line."""
    return msgspec.json.format(msgspec.json.encode(document, enc_hook=_number), indent=1).decode() + "\n"


def _number(value: Any) -> float | int:
    """A number of numpy's as one of Python's."""
    if not isinstance(value, Number):
        raise NotImplementedError(f"{type(value).__name__} has no place in a document")
    found: float | int = value.item()  # type: ignore[attr-defined]  # numpy's numbers have it
    return found
