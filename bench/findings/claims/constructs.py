"""Claims about asyncio's constructs, judged by what their demos showed."""

from functools import partial
from typing import Any

from bench.findings.claim import Criterion, Judgement, claim, counted, judged, partly, seen
from bench.findings.evidence import Evidence, Values

subject = partial(claim, place=40)


def bounded(what: str, value: float | None, least: float, most: float, digits: int = 2) -> Criterion:
    """Whether a demo's figure lies between bounds: it ran once, so it has no interval."""
    if value is None:
        return seen(what.format("..."), None)
    return Criterion(least <= value <= most, what.format(f"{value:.{digits}f}"))


def over(shown: Values, one: str, other: str) -> float | None:
    """One figure of a demo by another."""
    return shown[one] / shown[other] if shown.get(other) and one in shown else None


@subject(
    "tasks-overlap",
    "Tasks overlap, so together they take as long as the longest wait",
    condition="two tasks, one waiting twice as long as the other",
    test="demo tasks: one after the other takes 1.35 to 1.65 times as long, each task as long as alone",
    where="demo-tasks",
)
def tasks_overlap(evidence: Evidence) -> Judgement:
    shown = evidence.demo("tasks", "asyncio")
    ratio = over(shown, "sequential_s", "concurrent_s")
    return judged(
        bounded("one after the other, they took {} times as long as together", ratio, 1.35, 1.65),
        seen("each task took as long as alone", shown.get("each_task_unchanged")),
    )


@subject(
    "gather-concurrent",
    "gather runs its awaitables together",
    condition="waits of different lengths",
    test="demo gather: the whole takes at most 1.35 times the longest wait",
    where="demo-gather",
)
def gather(evidence: Evidence) -> Judgement:
    shown = evidence.demo("gather", "asyncio")
    ratio = over(shown, "makespan_s", "longest_s")
    return judged(bounded("the whole took {} times the longest wait", ratio, 0.9, 1.35))


@subject(
    "gather-vs-taskgroup",
    "After a failure gather leaves the siblings running, a TaskGroup cancels them",
    condition="one task of several fails",
    test="demo errors: siblings finish after gather, and are cancelled in a TaskGroup",
    where="demo-errors",
)
def groups(evidence: Evidence) -> Judgement:
    shown = evidence.demo("errors", "asyncio")
    return judged(
        seen("gather's siblings finished", shown.get("gather_siblings_finished")),
        seen("the TaskGroup's were cancelled", shown.get("taskgroup_siblings_cancelled")),
    )


@subject(
    "chain-pipelines",
    "In a chain, the second stage of an item starts as soon as its own first stage ends",
    condition="items of different lengths",
    test="demo chain: no second stage starts more than 20 ms after its own first, and one starts before the "
    "last first stage ends",
    where="demo-chain",
)
def chain(evidence: Evidence) -> Judgement:
    shown = evidence.demo("chain", "asyncio")
    gap = shown.get("worst_gap_s")
    return judged(
        bounded("the longest gap between stages was {} s", gap, 0, 0.02, digits=4),
        seen("second stages began before the last first stage ended", shown.get("overlap")),
    )


@subject(
    "queue-shares",
    "A queue shares work among workers that ask for it",
    condition="3 workers",
    test="demo queue: the whole takes 1 to 1.35 times a third of the work",
    where="demo-queue",
)
def queue_shares(evidence: Evidence) -> Judgement:
    shown = evidence.demo("queue", "asyncio")
    ratio = over(shown, "makespan_s", "ideal_s")
    return judged(bounded("the whole took {} times a third of the work", ratio, 0.99, 1.35))


@subject(
    "queue-sync-fills-first",
    "Without concurrency everything is queued before anything is worked on",
    condition="one thread; with several, a bounded queue gives back-pressure",
    test="demo queue under sync: the last item is put before the first is taken",
    where="demo-queue",
)
def queue_fills(evidence: Evidence) -> Judgement:
    shown = evidence.demo("queue", "sync")
    return judged(seen("all was queued before the first was taken", shown.get("all_queued_before_first")))


@subject(
    "queue-no-timeout",
    "The methods of an asyncio queue take no timeout; wait_for gives them one",
    condition="asyncio.Queue",
    test="demo timeout: no such parameter, and wait_for timed out",
    where="demo-timeout",
)
def queue_timeout(evidence: Evidence) -> Judgement:
    shown = evidence.demo("timeout", "asyncio")
    takes = shown.get("queue_methods_take_timeout")
    return judged(
        seen("get and put have no timeout", None if takes is None else not takes),
        seen("wait_for timed out", shown.get("wait_for_timed_out")),
    )


@subject(
    "future-once",
    "A future's result can be set only once",
    condition="asyncio.Future",
    test="demo future: a second result raises InvalidStateError",
    where="demo-future",
)
def future_once(evidence: Evidence) -> Judgement:
    shown = evidence.demo("future", "asyncio")
    return judged(seen("a second result raised InvalidStateError", shown.get("set_twice_raises")))


@subject(
    "future-many",
    "A future can be awaited many times, a coroutine once",
    condition="asyncio",
    test="demo future: two or more awaits gave the result; a coroutine awaited again raises RuntimeError",
    where="demo-future",
)
def future_many(evidence: Evidence) -> Judgement:
    shown = evidence.demo("future", "asyncio")
    many: Any = shown.get("awaited_many")
    return judged(
        counted("awaits of one future gave its result", many, least=2),
        seen("a coroutine awaited again raised RuntimeError", shown.get("coroutine_twice_raises")),
    )


@subject(
    "future-nonblocking",
    "Awaiting a future does not block the code",
    condition="the loop goes on; only the awaiting coroutine waits",
    test="demo future: other tasks get turns while one awaits; partly if the waiter waits as long as the "
    "future takes",
    where="demo-future",
)
def future_nonblocking(evidence: Evidence) -> Judgement:
    shown = evidence.demo("future", "asyncio")
    turns = counted("turns of other tasks meanwhile", shown.get("turns_meanwhile"), least=1)
    waited = over(shown, "waiter_s", "delay_s") or 0.0
    return partly(judged(turns), "the waiter itself did wait", when=waited >= 0.95)


@subject(
    "except-catches",
    "except Exception around an awaited task catches what it raises",
    condition="any exception except cancellation",
    test="demo errors: it catches the task's exception; partly if CancelledError escapes it",
    where="demo-errors",
)
def catches(evidence: Evidence) -> Judgement:
    shown = evidence.demo("errors", "asyncio")
    caught = judged(seen("the exception was caught", shown.get("except_catches")))
    passed = bool(shown.get("cancelled_passes_except_exception"))
    return partly(caught, "all but CancelledError", when=passed)


@subject(
    "await-needs-async",
    "await in a plain function is a syntax error",
    condition="compile()",
    test="demo count: SyntaxError",
    where="demo-count",
)
def needs_async(evidence: Evidence) -> Judgement:
    shown = evidence.demo("count", "asyncio")
    error = shown.get("await_in_plain_function_is_syntax_error")
    return judged(seen("compile() raised SyntaxError", error))
