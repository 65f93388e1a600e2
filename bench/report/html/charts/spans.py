"""The picture of a demo: a row for everybody who spoke, time from left to right, running and waiting."""

from collections.abc import Sequence

from bench.core.demo_outcome import Event
from bench.findings.text.figures import clipped, duration
from bench.report.html.charts.parts import WIDTH, chart
from bench.report.html.svg import Markup, tag

LEFT, ROW, FOOT = 116, 18, 18
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
            tag("text", clipped(name, 17), class_="model", x=LEFT - 8, y=top + 13, text_anchor="end")
        )
        own = [event for event in events if event.who == name]
        # What waits is drawn first, so that a short turn is not hidden by the wait after it.
        spans = sorted(_spans(own, end), key=lambda span: LOOKS[span[0].state])
        parts += [_span(event, until, end, top) for event, until in spans]
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


def _span(event: Event, until: float, end: float, top: float) -> Markup:
    scale = (WIDTH - LEFT) / end
    width = max((until - event.at_s) * scale, NARROWEST)
    x = min(LEFT + event.at_s * scale, WIDTH - NARROWEST)
    bar = tag("rect", class_=LOOKS[event.state], x=x, y=top + 3, width=width, height=ROW - 6)
    return tag("g", tag("title", f"{duration(event.at_s)}: {event.who} {event.what}"), bar)
