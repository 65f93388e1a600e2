"""A thread beside a function tells whether it holds the GIL, and is not misled by a lock."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable

import pytest

from bench.core.runner import gil_enabled
from bench.worker.ticker import waited_beside

DATA = bytes(2_000_000)
LOCK = threading.Lock()


def python() -> None:
    total = 0
    for i in range(200_000):
        total += i


def in_c() -> None:
    sum(range(1_000_000))


def hashes() -> None:
    hashlib.sha256(DATA)


def under_a_lock() -> None:
    with LOCK:
        hashlib.sha256(DATA)


def waits() -> None:
    time.sleep(0.01)


def share(function: Callable[[], None]) -> float:
    return waited_beside(lambda: [function() for _ in range(10)] and None).share


@pytest.mark.skipif(not gil_enabled(), reason="this build has no GIL")
@pytest.mark.parametrize("function", [python, in_c])
def test_what_holds_it_lets_the_other_wait_nearly_always(function: Callable[[], None]) -> None:
    assert share(function) > 0.5


@pytest.mark.parametrize("function", [hashes, under_a_lock, waits])
def test_what_releases_it_lets_the_other_run(function: Callable[[], None]) -> None:
    assert share(function) < 0.3


@pytest.mark.skipif(not gil_enabled(), reason="this build has no GIL")
def test_the_line_that_holds_it_is_named() -> None:
    line = waited_beside(lambda: [python() for _ in range(10)] and None).line
    assert line.endswith(" in python")
    assert f"{__file__}:" in line


def test_what_it_raises_comes_out_and_no_thread_stays() -> None:
    before = threading.active_count()
    with pytest.raises(ZeroDivisionError):
        waited_beside(lambda: 1 / 0 and None)
    assert threading.active_count() == before
