"""Advice in sentences: what to do, then why."""

import re
import textwrap

from bench.analysis.function_rows import model_of
from bench.core.observation import Cause, Failure
from bench.core.run import Missing
from bench.core.user_function import Compared
from bench.findings.advice.facts import LITTLE, ONE_CORE, SEVERAL, FunctionFacts
from bench.findings.advice.rules import Action, Advised, advised
from bench.findings.advice.sessions import sessions
from bench.findings.text.advice_actions import ACTIONS, at, mostly_at
from bench.findings.text.advice_cores import children, more_cores, own_threads, spins
from bench.findings.text.advice_processes import (
    arguments_sent,
    cannot_be_sent,
    sent_together,
    slow_each_other,
)
from bench.findings.text.advice_sessions import each_its_own
from bench.findings.text.figures import duration, significant, times, whole

ENOUGH_OF_CORES = 0.7  # share of those that threads could use
SLOWER = 0.8  # a speed-up below it is a loss
CHEAPER = "; not by computing in parallel: a call takes less CPU time there than in the main thread"
LONGEST_REASON = 200
IDENT = re.compile(r"(?:thread id )?\b\d{12,}\b")
RESULTS = {
    Compared.ALL: "",
    Compared.NONE: "Its results differ from call to call even when run alone: they were not compared.",
    Compared.WITHIN_PROCESS: "Its results differ from one process to the next (for example if they depend on"
    " a set's order, a hash, a process id or a seed): they were compared only within each process.",
}


def sentences(facts: FunctionFacts) -> list[str]:
    """What to do first, then the reasons."""
    found = advised(facts)
    said = [*ACTIONS[found.action](facts, found), _character(facts, found), _gil(facts), children(facts)]
    said += [
        _loop(facts),
        own_threads(facts),
        spins(facts),
        more_cores(facts, found),
        slow_each_other(facts),
        each_its_own(facts),
        _threads_lose(facts, found),
        sent_together(facts),
        arguments_sent(facts),
        cannot_be_sent(facts, found),
        _async_twin(facts),
        _first_call(facts),
    ]
    said += [
        _group(facts),
        _inputs(facts),
        *(_void(facts, runner, lost) for runner, lost in facts.void.items()),
    ]
    said += [_results(facts), _changes(facts), _dear(facts)]
    return [sentence for sentence in said if sentence]


def _character(facts: FunctionFacts, found: Advised) -> str:
    """How much of a call is waiting."""
    share, call = facts.share_waiting, duration(facts.call_s)
    if share > 1 - LITTLE:
        many = ", so that many calls can wait at the same time" if found.action is Action.RUN else ""
        return f"It waits: {whole(share)} of the {call} of a call{many}."
    if share < LITTLE:
        return f"It computes: {whole(1 - share)} of the {call} of a call, so more cores are what it needs."
    return f"It waits for {whole(share)} of the {call} of a call and computes for the rest."


def _gil(facts: FunctionFacts) -> str:
    """Whether it releases the GIL: by the cores that the most threads use."""
    points = facts.of("threading")
    used = points[-1].figure("cores_used") if points else None
    if facts.share_waiting > 1 - LITTLE or used is None or facts.children_compute or facts.own_threads:
        return ""
    speedup, threads = points[-1].y, points[-1].x
    cores = facts.effective_cores.median if facts.effective_cores else 0.0
    seen = (
        f"{threads:.0f} threads that run it use {used.median:.2f} of {cores:.2f} effective cores, and reach"
        f" {times(speedup.median)}"
    )
    if not facts.gil:
        return f"This build has no GIL: {seen}."
    if cores < SEVERAL or facts.one_at_a_time or facts.own.spins:
        return _gil_beside(facts, seen)
    could = min(cores, threads * (1 - facts.share_waiting))
    if used.low > ONE_CORE and used.median >= ENOUGH_OF_CORES * could:
        return f"It releases the GIL while it computes: {seen}."
    if used.high < ONE_CORE and could >= SEVERAL:
        cheaper = facts.computes and speedup.low > used.median * (1 + facts.threshold)
        return f"It holds the GIL while it computes: {seen}{CHEAPER if cheaper else ''}.{_held_at(facts)}"
    return f"Whether it holds the GIL is unresolved: {seen}."


def _gil_beside(facts: FunctionFacts, seen: str) -> str:
    """The same where threads cannot show it, for want of cores or because of a lock."""
    if facts.holds_gil is None:
        return "Whether it holds the GIL is unknown: the machine provided too few cores."
    beside = f"a thread beside one call waited for the GIL for {whole(facts.own.gil_share)} of the time"
    if facts.one_at_a_time:
        return f"It releases the GIL while it computes ({beside}), yet {seen}."
    if facts.holds_gil:
        return f"It holds the GIL while it computes: {beside}.{_held_at(facts)}"
    return f"It releases the GIL while it computes: {beside}."


def _held_at(facts: FunctionFacts) -> str:
    """ " Mostly at rows.py:12 in parse."; "" where no line of the user's own was seen."""
    return f" Mostly {at(facts.own.gil_line)}." if facts.own.gil_line else ""


def _loop(facts: FunctionFacts) -> str:
    """Of a coroutine alone that computes on its loop; one that blocks it is told before."""
    if not facts.computes_on_loop:
        return ""
    return (
        f"It computes on the event loop for {duration(facts.held_s)} of each call{mostly_at(facts)}: one"
        f" loop can do no more than {significant(1 / facts.held_s)} calls a second."
    )


def _threads_lose(facts: FunctionFacts, found: Advised) -> str:
    points = [point for point in facts.of("threading") if point.y.high < SLOWER]
    if not points or any(model_of(point) == "threading" for point in found.models):
        return ""
    return (
        f"{points[0].x:.0f} threads make it {times(1 / points[0].y.median)} slower than a plain loop, as"
        " happens with code that takes and releases a lock or the GIL many times per call: use only one"
        " thread per process."
    )


def _async_twin(facts: FunctionFacts) -> str:
    """Of a function that has an async form beside it: one that waits without awaiting."""
    if not (facts.own.function and facts.own.async_function and (facts.blocks_wholly or facts.blocks_partly)):
        return ""
    loop = facts.of("asyncio")
    seen = f": {loop[-1].x:.0f} in flight run at {times(loop[-1].y.median)}" if loop else ""
    return (
        f"Its async form blocks the event loop for {duration(facts.held_s)} of a call{mostly_at(facts)}"
        f"{seen}, because it waits without await."
    )


def _first_call(facts: FunctionFacts) -> str:
    if not facts.own.first_is_cold or facts.own.is_cached:
        return ""
    return (
        f"Its first call took {duration(facts.own.first)}, later ones {duration(facts.call_s)}: it caches,"
        " sets something up or changes its arguments; everything here is about the later calls."
    )


def _group(facts: FunctionFacts) -> str:
    if facts.own.group == 1:
        return ""
    many = f"{facts.own.group:,} calls were grouped into a task, under each model"
    return f"One call takes {duration(facts.call_s)}: {many}."


def _inputs(facts: FunctionFacts) -> str:
    if facts.own.round == 1:
        return ""
    return f"Its {facts.own.round:,} inputs took turns, all in each batch; figures per call are averages."


def _void(facts: FunctionFacts, runner: str, lost: Missing | Failure) -> str:
    reason = textwrap.shorten(IDENT.sub("another", lost.reason), LONGEST_REASON, placeholder=" …").rstrip(".")
    if lost.cause is Cause.WRONG_RESULT:
        shared = " with one session for all" if runner == "threading" and sessions(facts) else ""
        return f"It is not safe under {runner}{shared}: {reason}."
    if runner in facts.void_from:
        return f"Under {runner} it fails with {facts.void_from[runner]} in flight: {reason}."
    shared = " with one session for all threads" if runner == "threading" and sessions(facts) else ""
    return f"{runner}{shared} cannot run it: {reason}."


def _results(facts: FunctionFacts) -> str:
    if not facts.points:
        return ""
    if not facts.own.result_bytes and facts.own.compared == Compared.NONE:
        return (
            "Its results cannot be pickled, so they were not compared, and a process cannot send them; return"
            " plain data for that."
        )
    return RESULTS[Compared(facts.own.compared)]


def _changes(facts: FunctionFacts) -> str:
    if not facts.own.changes:
        return ""
    return (
        "It changes its arguments, so each call starts with what the previous one left: copy them inside it."
    )


def _dear(facts: FunctionFacts) -> str:
    if not facts.own.dear or not facts.points:
        return ""
    most = facts.concurrencies[-1] if facts.concurrencies else 1
    return (
        f"To stay within the calls and the time, only the usual models were measured, with {most} in flight"
        " and without warm-up (--max-calls and --budget allow more)."
    )
