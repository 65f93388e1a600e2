"""Text from a run in GitHub's Markdown, in which it stays text.

Names are code, in which GitHub finds neither markup nor people nor issues; in prose every sign of markup is
escaped.
"""

import re
from collections.abc import Iterable, Sequence

from bench.core.sanitize import one_line

LONGEST_NOTE = 500
LIST = re.compile(r"^(\d*)([-+.)=])")  # what at the beginning of a line makes it more than a line
SIGNS = re.compile(r"[\\`*_\[\]|~$!#]")  # a backslash takes their meaning
TAGS = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# What GitHub finds in text that is markup no more: people, issues, addresses, emoji. A comment breaks it up.
FOUND = re.compile(r"@|#(?=\d)|:(?=//|[\w+-]+:)|www(?=\.)", re.IGNORECASE)


def cell(name: str) -> str:
    """A name in a table's cell."""
    return code(name).replace("|", r"\|")  # the table takes the backslash away again


def code(text: str, longest: int = 100) -> str:
    """Text from a run as a code span."""
    shown = one_line(text, longest) or " "
    fence = "`" * (1 + max(map(len, re.findall("`+", shown)), default=0))
    space = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{space}{shown}{space}{fence}"


def prose(text: str) -> str:
    """Text from a run as a part of a line."""
    shown = SIGNS.sub(r"\\\g<0>", one_line(text, LONGEST_NOTE))
    shown = "".join(TAGS.get(c, c) for c in shown)
    return FOUND.sub(r"\g<0><!-- -->", shown)


def item(text: str) -> str:
    """Text from a run as a list's item."""
    return "- " + LIST.sub(r"\1\\\2", prose(text))


def table(heads: Sequence[str], columns: str, rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are Markdown already. ``columns``: "l" for those aligned left, "r" for right."""
    first, *others = [f"| {' | '.join(line)} |" for line in (heads, *rows)]
    ruler = "|".join({"l": "---", "r": "--:"}[column] for column in columns)
    return "\n".join([first, f"|{ruler}|", *others])
