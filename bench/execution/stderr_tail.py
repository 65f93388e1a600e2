"""What a process said last on its standard error: mostly why it ended."""

from __future__ import annotations

import os
import re

LAST_BYTES = 4096
LONGEST = 400  # characters that a sentence about it has room for

_OF_A_GROUP = re.compile(r"^\s*[|+] ?")  # stands before the lines of an exception group's members


def tail(descriptor: int) -> str:
    """The last line that tells something, of standard error that went to a file."""
    size = os.lseek(descriptor, 0, os.SEEK_END)
    os.lseek(descriptor, max(0, size - LAST_BYTES), os.SEEK_SET)
    return telling(os.read(descriptor, LAST_BYTES))


def telling(text: bytes) -> str:
    """The last line of a traceback says what; lines that are indented say where, a colon promises more."""
    lines = [_OF_A_GROUP.sub("", line) for line in text.decode(errors="replace").splitlines()]
    found = [
        line
        for line in lines
        if any(c.isalnum() for c in line) and not line[0].isspace() and not line.endswith(":")
    ]
    return found[-1].strip() if found else ""
