"""Names in a sentence. Standard library only."""

from collections.abc import Sequence


def listed(names: Sequence[str], most: int | None = None) -> str:
    """ "a", "a and b", "a, b and c"; of more than ``most``, "a, b and 4 more"."""
    if most is not None and len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most:,} more"
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
