"""Text and figures that may be anything, as any output can hold them. Standard library only."""

from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

LONGEST = 200  # characters of a name
LONGEST_TEXT = 20_000  # characters of anything that a run says
LEAST = 1e-18  # a figure below it is the rounding of another

Record = TypeVar("Record")


def one_line(text: str, longest: int = LONGEST) -> str:
    """The text on one line: what cannot be printed is written as an escape, what is too long is cut."""
    shown = "".join(c if c.isprintable() else _escape(c) for c in text[: longest + 1]).strip()
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"


def plain(value: Record) -> Record:
    """A record whose texts can be shown anywhere and whose figures can be reckoned with: what cannot be
    printed is written as an escape, but for ends of lines and tabs, and what is too small is 0."""
    made: Any = value
    if isinstance(made, str):
        made = _text(made)
    elif isinstance(made, float):
        made = made if abs(made) >= LEAST else 0.0
    elif isinstance(made, list):
        made = [plain(each) if not isinstance(each, int) else each for each in made]
    elif isinstance(made, dict):
        made = {plain(name): plain(each) for name, each in made.items()}
    elif is_dataclass(made) and not isinstance(made, type):
        made = replace(made, **{each.name: plain(getattr(made, each.name)) for each in fields(made)})
    return made  # type: ignore[no-any-return]  # of the type that it was


def _text(text: str) -> str:
    if not text.isprintable():
        text = "".join(c if c.isprintable() or c in "\n\t" else _escape(c) for c in text)
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode()
