"""The picture of a demo."""

from __future__ import annotations

import re

from bench.core.demo_outcome import Event, State
from bench.report.html.charts.spans import draw


def events(*said: tuple[float, str, State]) -> list[Event]:
    return [Event(at, who, "something", state) for at, who, state in said]


def bars(picture: str, css: str) -> int:
    return len(re.findall(rf'<rect class="{css}"', picture))


def test_a_pulse_that_waits_again_shows_each_beat() -> None:
    beats = events((0.0, "pulse", "waits"), (0.02, "pulse", "waits"), (0.04, "pulse", "waits"))
    picture = str(draw(beats, "a pulse"))
    assert bars(picture, "part-blocked") == 3
    assert bars(picture, "part-core") == 2  # where one wait ends and another begins


def test_who_says_one_word_has_a_mark() -> None:
    picture = str(draw(events((0.0, "eve", "runs"), (0.1, "counter", "ends")), "a race"))
    assert bars(picture, "part-core") == 2
