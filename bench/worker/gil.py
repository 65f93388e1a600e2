"""Which import turned the GIL on again, in a build that can do without.

An extension module that does not say that it can do without the GIL turns it on as it is loaded. Python says
so in a warning and nowhere else.
"""

from __future__ import annotations

import re
import warnings
from typing import Any

from bench.core.runner import gil_enabled

_NAMED = re.compile(r"GIL\) has been enabled to load module '([^']+)'")
_found: list[str] = []


def watch() -> None:
    """Listen for that warning from now on; the others go where they went before."""
    if gil_enabled():
        return
    usual = warnings.showwarning

    def heard(message: Warning | str, *rest: Any, **more: Any) -> None:
        if match := _NAMED.search(str(message)):
            _found.append(match[1])
        usual(message, *rest, **more)

    warnings.showwarning = heard


def turned_on_by() -> str | None:
    """The module that turned it on; None: none did."""
    return _found[0] if _found else None
