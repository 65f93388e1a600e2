"""The timeline of tasks per worker: the data that the page's script draws, and the same as a table."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench.analysis.summary import Summary
from bench.analysis.timelines import TICK_US, Lane, Timeline, timelines
from bench.findings.text.figures import counted, duration
from bench.report.html.charts import still
from bench.report.html.style import look, order
from bench.report.html.svg import Markup

KINDS = {"io": "I/O-bound", "cpu-python": "CPU-bound", "cpu-native": "CPU-bound", "mixed": "mixed"}


@dataclass(frozen=True)
class TimelineSection:
    """The timelines of a run; a family is chosen by its title."""

    families: Sequence[str]
    choices: Sequence[str]
    data: Markup
    stills: Sequence[tuple[str, Markup]]  # of each choice its title and a picture of its first moments
    lanes: Sequence[tuple[str, Lane]]  # each with the title of its family
    notes: Sequence[str]


def timeline(summary: Summary) -> TimelineSection | None:
    """The section; None for a run without two models whose tasks were kept."""
    found = timelines(summary.run)
    if not found.shown:
        return None
    notes = []
    if any(each.shortened for each in found.shown):
        notes.append("Timelines with too many tasks for a page are truncated.")
    if found.left_out:
        notes.append(f"Left out for lack of space: {', '.join(dict.fromkeys(found.left_out))}.")
    return TimelineSection(
        families=list(dict.fromkeys(each.family for each in found.shown)),
        choices=[_choice(each) for each in found.shown],
        stills=[(_choice(each), _still(each)) for each in found.shown],
        data=embedded([_packed(each) for each in found.shown]),
        lanes=[(each.family, lane) for each in found.shown for lane in _ordered(each)],
        notes=notes,
    )


def embedded(value: object) -> Markup:
    """JSON that can stand within a script element: no text in it can end the element or begin a comment."""
    text = json.dumps(value, separators=(",", ":"))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)


def _choice(each: Timeline) -> str:
    """ "sleep (I/O-bound)"; a family of the name of its kind needs no kind beside it."""
    kind = KINDS[each.kind]
    return each.family if kind == each.family else f"{each.family} ({kind})"


def _ordered(each: Timeline) -> list[Lane]:
    """The baseline first; the variants of a model together, lessons after what they are a lesson about."""
    return sorted(each.lanes, key=lambda lane: (order(lane.cell.runner), lane.info.lesson))


def _see(each: Timeline) -> str:
    """Tasks that each model finished in the same time, in a sentence."""
    done = ", ".join(f"{_name(lane)} {lane.finished:,}" for lane in _ordered(each))
    return f"Tasks finished in the first {duration(each.span_us / 1e6)} of a batch: {done}."


def _name(lane: Lane) -> str:
    variant = lane.info.client or (lane.info.name if lane.info.name != lane.info.family else "")
    return f"{lane.cell.runner} ({variant})" if variant else lane.cell.runner


def _still(each: Timeline) -> Markup:
    words = f"Timeline of {each.family}. {_see(each)} The table below has the figures."
    return still.draw([(_name(lane), lane) for lane in _ordered(each)], each.span_us, words)


def _packed(each: Timeline) -> dict[str, Any]:
    lanes = _ordered(each)
    tasks = sum(len(lane.spans) for lane in lanes)
    models = len({lane.cell.runner for lane in lanes})
    return {
        "title": each.family,
        "see": _see(each),
        "label": (
            f"Timeline of {each.family}: {counted(tasks, 'task')} under {models} models. {_see(each)} "
            "Arrow keys pan, plus and minus zoom, 0 shows everything. The table below has the figures."
        ),
        "end": each.span_us // TICK_US,
        "lanes": [_lane(lane) for lane in lanes],
    }


def _lane(lane: Lane) -> dict[str, Any]:
    looks = look(lane.cell.runner)
    workers = counted(lane.workers, "worker")
    many = f", {lane.most_in_flight:,} in flight" if lane.most_in_flight > lane.workers else ""
    return {
        "name": _name(lane),
        "note": f"{workers}{many}: {lane.finished:,} finished",
        "css": looks.css,
        "mark": looks.path,
        "rows": lane.rows_of_worker,
        "spans": lane.packed,
    }
