"""What an assertion about scaling observes."""

from __future__ import annotations

import threading

import pytest

from bench.worker.assertions import Call, scaling


def test_a_call_that_fails_beside_another_ends_the_look() -> None:
    def fails_beside_others() -> None:
        if threading.active_count() > before + 1:
            raise ValueError("not from two threads")

    before = threading.active_count()
    with pytest.raises(ValueError, match="not from two threads"):
        scaling.observe(Call(fails_beside_others), 2)
