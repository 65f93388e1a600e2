"""Where a thread is: the innermost instruction, and the innermost line of the user's own."""

from __future__ import annotations

import dis
import sys
import sysconfig
from enum import StrEnum
from pathlib import Path
from types import FrameType

OF_BYTECODE = ("JUMP", "RESUME", "POP_JUMP")  # operations at which bytecode lets other threads run
HARNESS = str(Path(__file__).parents[1])
PACKAGES = tuple(sysconfig.get_paths()[name] for name in ("stdlib", "platstdlib", "purelib", "platlib"))

Instruction = tuple[str, int, str]
"""Function, place in it, operation."""


class Holder(StrEnum):
    """What kind of code holds an event loop or the GIL."""

    BLOCKING = "a blocking call"
    PYTHON = "computing in Python"
    C_WITH_GIL = "C code that holds the GIL"
    C = "C code that releases the GIL"


def where(ident: int | None) -> tuple[Instruction, str] | None:
    """The instruction that a thread is at, and the line of the user's own; None once it has ended."""
    frame = sys._current_frames().get(ident or 0)
    return (_instruction(frame), _line(_own(frame))) if frame is not None else None


def of_user(line: str) -> str:
    """The line, or "" for one of the harness, which calls the function."""
    return "" if line.startswith(HARNESS) else line


def _own(frame: FrameType) -> FrameType:
    """The innermost frame that is of no installed package; else the innermost."""
    found: FrameType | None = frame
    while found is not None and found.f_code.co_filename.startswith((*PACKAGES, "<")):
        found = found.f_back
    return found or frame


def _instruction(frame: FrameType) -> Instruction:
    code = frame.f_code
    return code.co_qualname, frame.f_lasti, dis.opname[code.co_code[frame.f_lasti]]


def _line(frame: FrameType) -> str:
    return f"{frame.f_code.co_filename}:{frame.f_lineno} in {frame.f_code.co_name}"
