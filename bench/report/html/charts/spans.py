"""The picture of a demo: a row for everybody who spoke, time from left to right, running and waiting."""

from collections.abc import Sequence
from itertools import pairwise

from bench.core.demo_outcome import Event
from bench.findings.text.figures import clipped, duration
from bench.report.html.charts.parts import WIDTH, chart
from bench.report.html.svg import Markup, tag

LEFT, ROW, FOOT = 112, 18, 18
NARROWEST = 1.5  # pixels: a turn that is shorter still shows
LOOKS = {"runs": "part-core", "waits": "part-blocked"}


def draw(events: Sequence[Event], description: str) -> Markup:
    """The rows, in order of appearance. ``description`` stands in for them where they cannot be seen."""
    names = list(dict.fromkeys(event.who for event in events))
    end = max((event.at_s for event in events), default=0.0) or 1e-9
    parts: list[str] = []
    for number, name in enumerate(names):
        top = number * ROW
        parts.append(
            tag("text", clipped(name, 15), class_="model", x=LEFT - 8, y=top + 13, text_anchor="end")
        )
        own = [event for event in events if event.who == name]
        # What waits is drawn first, so that a short turn is not hidden by the wait after it.
        spans = sorted(_spans(own, end), key=lambda span: span[0].state == "runs")
        parts += [_bar(event, LOOKS[event.state], until, end, top) for event, until in spans]
        parts += [_bar(event, LOOKS["runs"], event.at_s, end, top) for event in _moments(own)]
    bottom = len(names) * ROW
    parts += [
        tag("text", "0", class_="tick", x=LEFT, y=bottom + 13),
        tag("text", duration(end), class_="tick", x=WIDTH, y=bottom + 13, text_anchor="end"),
    ]
    return chart(parts, bottom + FOOT, description)


def _spans(events: Sequence[Event], end: float) -> list[tuple[Event, float]]:
    """Events that run or wait, each with the time of the next event."""
    ends = [event.at_s for event in events[1:]] + [end]
    return [(event, until) for event, until in zip(events, ends, strict=True) if event.state in LOOKS]


def _moments(events: Sequence[Event]) -> list[Event]:
    """Events that no span shows: a turn too short to be told apart between two waits, as a pulse has; and the
    only word of who says just one."""
    again = [event for before, event in pairwise(events) if before.state == event.state == "waits"]
    return again or [event for event in events if len(events) == 1 and event.state not in LOOKS]


def _bar(event: Event, css: str, until: float, end: float, top: float) -> Markup:
    scale = (WIDTH - LEFT) / end
    width = max((until - event.at_s) * scale, NARROWEST)
    x = min(LEFT + event.at_s * scale, WIDTH - NARROWEST)
    return tag("rect", class_=css, x=x, y=top + 3, width=width, height=ROW - 6)
