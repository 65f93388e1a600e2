"""Numbers as text: one way to write each."""

from __future__ import annotations

import math

import pytest

from bench.findings.text.figures import percent


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0 %"),
        (0.0000795, "0.01 %"),
        (0.00000795, "0 %"),
        (0.0025, "0.25 %"),
        (0.00966, "0.97 %"),
        (0.05, "5 %"),
        (0.519, "51.9 %"),
        (0.9996, "100 %"),
        (1.139, "113.9 %"),
        (-0.000001, "0 %"),
        (math.nan, "\N{EN DASH}"),
        (None, "\N{EN DASH}"),
    ],
)
def test_a_percentage_has_as_many_digits_as_count(share: float | None, text: str) -> None:
    assert percent(share) == text
