"""Name of the extension module that enabled the GIL in a free-threaded build.

A module that does not declare support for running without the GIL enables it when imported; Python says which
only in a warning.
"""

import re
import warnings
from typing import Any

from bench.core.runner import gil_enabled

_NAMED = re.compile(r"GIL\) has been enabled to load module '([^']+)'")
_found: list[str] = []


def watch() -> None:
    """Record that warning from now on; all warnings are shown as before."""
    if gil_enabled():
        return
    usual = warnings.showwarning

    def heard(message: Warning | str, *rest: Any, **more: Any) -> None:
        if match := _NAMED.search(str(message)):
            _found.append(match[1])
        usual(message, *rest, **more)

    warnings.showwarning = heard


def turned_on_by() -> str | None:
    """The module that enabled the GIL; None: none did."""
    return _found[0] if _found else None
