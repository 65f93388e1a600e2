"""Text that may be anything, as text that a line of any output can hold. Standard library only."""

from __future__ import annotations

LONGEST = 200  # characters of a name


def one_line(text: str, longest: int = LONGEST) -> str:
    """The text on one line: what cannot be printed is written as an escape, what is too long is cut."""
    shown = "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode() for c in text[: longest + 1]
    ).strip()
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"
