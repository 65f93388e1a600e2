"""Timeline of events in characters: a row for each task, thread or process, time from left to right."""

from collections.abc import Sequence

from bench.core.demo import Event

MARKS = {"runs": "█", "waits": "░", "again": "╎", "ends": "▏"}  # again: waits, and then for something else
PLAIN_MARKS = {"runs": "#", "waits": ".", "again": ":", "ends": "|"}


def timeline(events: Sequence[Event], width: int, marks: dict[str, str] = MARKS) -> list[str]:
    """A row for each who, in order of appearance, and a scale. At most ``width`` columns."""
    if not events:
        return []
    names = list(dict.fromkeys(event.who for event in events))
    margin = max(map(len, names)) + 2
    cells = max(10, width - margin - 1)
    end = max(event.at_s for event in events) or 1e-9
    rows = [
        f"{name:<{margin}}{row([event for event in events if event.who == name], cells, end, marks)}".rstrip()
        for name in names
    ]
    last = f"{end * 1e3:.0f} ms"
    return [*rows, f"{'':<{margin}}0{last:>{cells}}"]


def row(events: Sequence[Event], cells: int, end: float, marks: dict[str, str]) -> str:
    """One row: the state in each cell. A turn that is shorter than a cell is still shown."""
    drawn = [" "] * (cells + 1)
    for i, event in enumerate(events):
        first = round(event.at_s / end * cells)
        if event.state == "ends":
            if drawn[first] != marks["runs"]:
                drawn[first] = marks["ends"]
            continue
        until = events[i + 1].at_s if i + 1 < len(events) else end
        past = max(round(until / end * cells), first + 1)
        for cell in range(first, min(past, cells + 1)):
            if drawn[cell] != marks["runs"] or event.state == "runs":
                drawn[cell] = marks[event.state]
        if i and event.state == events[i - 1].state == "waits" and drawn[first] != marks["runs"]:
            drawn[first] = marks["again"]
    return "".join(drawn)
