"""The fixture: six assertions about functions."""

from __future__ import annotations

import re
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pytest
import sniffio

from bench.analysis.sequential import BoundSide
from bench.analysis.statistics import estimate
from bench.api.pytest_plugin import ConcurrencyWarning
from bench.api.pytest_plugin.judge import Assertion, AssertionOutcome, AssertionResult, judge, outcome_of
from bench.api.pytest_plugin.models import BenchmarkedModel
from bench.api.pytest_plugin.places import (
    FRESH,
    OWN,
    NotImportable,
    Raised,
    alone_on_the_machine,
    observed_here,
)
from bench.api.pytest_plugin.places import Places as Places  # noqa: PLC0414 - for those who make a fixture
from bench.api.pytest_plugin.words import said, told
from bench.core.errors import UserError
from bench.findings.text.figures import binary, duration, percent, ratio
from bench.worker import event_loops
from bench.worker.assertions import Call, Facts, loop, loop_culprit
from bench.worker.event_loops import EventLoop

SECONDS = {"us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0}
SIZES = {"B": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "KB": 1e3, "MB": 1e6}


@dataclass(frozen=True)
class Concurrency:
    """Assertions about concurrency.

    Each is decided by observing the function, until the risk of a wrong verdict is below 1 % or the budget is
    spent; it then passes, fails, or passes with a warning. A function that another process can import, with
    arguments that can be pickled, is observed in fresh processes; closures, lambdas, bound methods and the
    like in the test's own.
    """

    places: Places
    budget_s: float
    strict: bool
    record: Callable[[dict[str, Any]], None]

    async def leaves_loop_free(
        self, function: Callable[..., Any], *args: Any, longest: str = "5ms", **named: Any
    ) -> None:
        """Assert that a call of the coroutine function never holds its event loop for longer than ``longest``
        at a time."""
        call, allowed = Call(function, args, named), quantity(longest, SECONDS)
        if not call.is_async:
            raise UserError(f"leaves_loop_free: {name_of(function)} is not an async function.")
        library = sniffio.current_async_library()
        if library not in event_loops.LIBRARIES:
            raise UserError(f"leaves_loop_free: run the test on asyncio or trio, not on {library}.")
        event_loop = event_loops.of(library)
        assertion = Assertion(
            "leaves_loop_free",
            name_of(function),
            "loop",
            allowed,
            BoundSide.BELOW,
            duration,
            {"longest_s": allowed, "library": library},
            culprit="loop_culprit",
        )
        # In a thread: what the call talks to may live in the loop of the test.
        findings = await event_loop.in_thread(partial(self._observed, assertion, [call], in_own=False))
        self._conclude(findings or [await self._in_this_loop(assertion, call, event_loop)])

    def releases_gil(self, function: Callable[..., Any], *args: Any, **named: Any) -> None:
        """Assert that another thread waits for the GIL for no more than a third of the time that the function
        runs."""
        self._assert(
            Assertion(
                "releases_gil",
                name_of(function),
                "gil",
                1 / 3,
                BoundSide.BELOW,
                percent,
                culprit="gil_culprit",
            ),
            [Call(function, args, named)],
        )

    def scales(
        self,
        function: Callable[..., Any],
        *args: Any,
        threads: int = 2,
        at_least: float = 0.8,
        **named: Any,
    ) -> None:
        """Assert that ``threads`` threads calling the function speed it up by at least ``at_least`` times the
        cores available to them at that time."""
        options = {"threads": threads}
        self._assert(
            Assertion("scales", name_of(function), "scaling", at_least, BoundSide.ABOVE, percent, options),
            [Call(function, args, named)],
        )

    def same_under_threads(
        self, function: Callable[..., Any], *args: Any, threads: int = 8, **named: Any
    ) -> None:
        """Assert that concurrent calls in threads, with a thread switch every microsecond, return what calls
        one after another do; also on a free-threaded build that can import the function, if there is one."""
        assertion = Assertion(
            "same_under_threads",
            name_of(function),
            "safety",
            0.5,
            BoundSide.ABOVE,
            percent,
            {"threads": threads},
            all_or_nothing=True,
            also_without_gil=True,
        )
        self._assert(assertion, [Call(function, args, named)])

    def memory_per_task(
        self, function: Callable[..., Any], *args: Any, at_most: str = "64 KiB", **named: Any
    ) -> None:
        """Assert that a waiting task of the coroutine function takes no more memory than ``at_most``."""
        most = quantity(at_most, SIZES)
        self._assert(
            Assertion("memory_per_task", name_of(function), "memory", most, BoundSide.BELOW, binary),
            [Call(function, args, named)],
        )

    def beats(self, fast: Callable[[], Any], slow: Callable[[], Any], *, by: float = 1.0) -> None:
        """Assert that the first function is at least ``by`` times as fast as the second, both called without
        arguments."""
        subject = f"{name_of(fast)} against {name_of(slow)}"
        self._assert(
            Assertion("beats", subject, "speed", by, BoundSide.ABOVE, ratio), [Call(fast), Call(slow)]
        )

    def models(self, *names: str, in_flight: int = 16, calls: int = 64) -> list[BenchmarkedModel]:
        """Concurrency models that time batches of so many calls with the fixture ``benchmark``, each in its
        own line: ``for model in concurrency.models("threading", "asyncio"): model(benchmark, function)``.

        Raises UserError for an unknown model, or one that is not installed.
        """
        return [BenchmarkedModel(name, in_flight, calls) for name in names]

    def _assert(self, assertion: Assertion, calls: Sequence[Call]) -> None:
        self._conclude(self._observed(assertion, calls))

    def _observed(
        self, assertion: Assertion, calls: Sequence[Call], *, in_own: bool = True
    ) -> list[AssertionResult]:
        """The findings on each interpreter; none where the calls have to be made in the test's own process,
        and may not be."""
        with alone_on_the_machine(), failing(assertion):
            try:
                fresh = self.places.fresh(calls, also_without_gil=assertion.also_without_gil)
                return [judge(assertion, look, self.budget_s, FRESH, name) for name, look in fresh]
            except NotImportable:
                here = partial(observed_here, calls)
                return [judge(assertion, here, self.budget_s, OWN, "")] if in_own else []

    async def _in_this_loop(self, assertion: Assertion, call: Call, event_loop: EventLoop) -> AssertionResult:
        """The finding in the test's own event loop."""
        facts: list[Facts] = []
        with ExitStack() as stack:
            # In a thread: the loop goes on while others measure.
            await event_loop.in_thread(partial(stack.enter_context, alone_on_the_machine()))
            stack.enter_context(failing(assertion))
            began = time.perf_counter()
            while True:
                facts += await loop.observe(call, **assertion.options)
                outcome, _ = outcome_of(assertion, facts)
                took = time.perf_counter() - began
                if outcome is not AssertionOutcome.UNDECIDED or took > self.budget_s:
                    break
            values = [each["value"] for each in facts]
            found = AssertionResult(assertion, outcome, estimate(values), facts, took, OWN)
            if outcome is AssertionOutcome.FAILS:
                (seen,) = await loop_culprit.observe(call, **assertion.options)
                found = replace(found, holder=seen["holder"], line=seen["line"])
        return found

    def _conclude(self, findings: Sequence[AssertionResult]) -> None:
        """Record what was found; fail, warn or pass."""
        for found in findings:
            self.record(told(found))
        bad = [found for found in findings if found.outcome is AssertionOutcome.FAILS]
        open_ = [found for found in findings if found.outcome is AssertionOutcome.UNDECIDED]
        if bad or (open_ and self.strict):
            text = "\n".join(f"{found.assertion.name}: {said(found)}" for found in bad or open_)
            pytest.fail(text, pytrace=False)
        for found in open_:
            warnings.warn(f"{found.assertion.name}: {said(found)}", ConcurrencyWarning, stacklevel=3)


@contextmanager
def failing(assertion: Assertion) -> Iterator[None]:
    """A call that raises fails the test, in a sentence."""
    try:
        yield
    except Raised as error:
        pytest.fail(f"{assertion.name}: {assertion.subject} raised {error}", pytrace=False)


def name_of(function: Callable[..., Any]) -> str:
    """The function's name, for a reader."""
    inner = getattr(function, "func", function)  # of a partial
    return str(getattr(inner, "__name__", type(inner).__name__))


def quantity(text: str, units: dict[str, float]) -> float:
    """A quantity with its unit: "5ms", "64 KiB". Raises UserError."""
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(\S+)\s*", text)
    if not match or match[2] not in units:
        raise UserError(
            f"{text!r} is not a quantity: write it with a unit ({', '.join(units)}), such as 5 ms."
        )
    return float(match[1]) * units[match[2]]
