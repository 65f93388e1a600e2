"""When an interrupt comes, and when it waits."""

from __future__ import annotations

import os
import signal
from contextlib import suppress

import pytest

from bench.execution.services.process import Service, ServiceError, Services
from bench.execution.signals import check_interrupts, interrupts_wait, terminations_interrupt


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_every_ending_is_an_interrupt(number: signal.Signals) -> None:
    with pytest.raises(KeyboardInterrupt), terminations_interrupt():
        os.kill(os.getpid(), number)


def test_an_interrupt_waits_for_what_must_not_be_half_done() -> None:
    done = []

    def whole() -> None:
        with interrupts_wait():
            os.kill(os.getpid(), signal.SIGINT)
            done.append("all of it")

    with pytest.raises(KeyboardInterrupt):
        whole()
    assert done == ["all of it"]


def test_what_is_ignored_stays_ignored() -> None:
    was = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with terminations_interrupt():
            os.kill(os.getpid(), signal.SIGHUP)
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, was)


def test_one_service_that_does_not_close_keeps_no_other_open() -> None:
    closed = []

    def fails() -> None:
        raise ServiceError("the database is still there")

    services = Services({})
    services.running["a"] = Service("a", {}, str, lambda: closed.append("a"))
    services.running["b"] = Service("b", {}, str, fails)
    services.running["c"] = Service("c", {}, str, lambda: closed.append("c"))
    assert services.close() == ["the database is still there"]
    assert closed == ["c", "a"]


def test_only_the_first_interrupt_counts() -> None:
    done = []

    def tidied() -> None:
        with terminations_interrupt():
            try:
                os.kill(os.getpid(), signal.SIGINT)
            finally:
                os.kill(os.getpid(), signal.SIGTERM)
                with interrupts_wait():
                    os.kill(os.getpid(), signal.SIGINT)
                done.append("all of it")

    with pytest.raises(KeyboardInterrupt):
        tidied()
    assert done == ["all of it"]


def test_an_interrupt_that_was_lost_is_raised_again() -> None:
    with terminations_interrupt():
        check_interrupts()
        with suppress(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            check_interrupts()
    check_interrupts()


def test_a_block_within_another_has_the_same_first_interrupt() -> None:
    with terminations_interrupt():
        with pytest.raises(KeyboardInterrupt), terminations_interrupt():
            os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            check_interrupts()


def test_a_handler_that_was_not_set_back_starts_no_second_interrupt() -> None:
    with terminations_interrupt():
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
        ours = signal.signal(signal.SIGHUP, lambda number, frame: None)  # left by an interrupted block
        try:
            with interrupts_wait():
                os.kill(os.getpid(), signal.SIGHUP)
        finally:
            signal.signal(signal.SIGHUP, ours)
