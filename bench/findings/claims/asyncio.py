"""What is said of asyncio."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.findings.claim import Judgement, claim, counted, judged, partly, seen, within

if TYPE_CHECKING:
    from bench.findings.evidence import Evidence

CLIENTS = ("sleep", "http[aiohttp]", "mongo[pymongo-async]")


@claim(
    "concurrency-not-parallelism",
    "Concurrency does not imply parallelism",
    condition="sleep under asyncio",
    test="tasks in flight above half of those admitted, while at most 1.05 cores are used",
    place=30,
)
def not_parallel(evidence: Evidence) -> Judgement:
    share = evidence.of_admitted("sleep", "asyncio")
    used = evidence.column("sleep", "asyncio", "cores_used")
    return judged(
        within("in flight, of those admitted", share, least=0.5),
        within("cores used", used, most=1.05),
        where="where",
    )


@claim(
    "asyncio-io",
    "asyncio suits I/O-bound work",
    condition="async clients, 16 tasks in flight",
    test="asyncio reaches at least 0.6 of the limit on sleep, http[aiohttp] and mongo[pymongo-async], each",
    place=30,
)
def suits_io(evidence: Evidence) -> Judgement:
    checks = [
        within(f"{label}, of the limit", evidence.column(label, "asyncio", "efficiency"), least=0.6)
        for label in CLIENTS
    ]
    return judged(*checks, where="speedup")


@claim(
    "asyncio-not-cpu",
    "asyncio does not suit CPU-bound work",
    condition="work in Python bytecode",
    test="asyncio speed-up of cpu-python between 0.8 and 1.2",
    place=30,
)
def not_for_cpu(evidence: Evidence) -> Judgement:
    value = evidence.speedup("cpu-python", "asyncio")
    return judged(within("asyncio on cpu-python", value, 0.8, 1.2, "x"), where="speedup")


@claim(
    "asyncio-one-thread",
    "An event loop runs all of its tasks on one thread",
    condition="coroutines, no executor",
    test="one thread ran all tasks of sleep under asyncio",
    place=30,
)
def one_thread(evidence: Evidence) -> Judgement:
    threads = evidence.column("sleep", "asyncio", "threads_seen")
    return judged(within("threads that ran tasks", threads, 1, 1), where="where")


@claim(
    "asyncio-beats-threads",
    "asyncio is faster than threads for I/O",
    condition="the same client (httpx), 16 tasks in flight",
    test="http[httpx] under asyncio against threading, paired: interval above 1.05",
    place=30,
)
def beats_threads(evidence: Evidence) -> Judgement:
    ratio = evidence.ratio("tasks_per_s", ("http[httpx]", "asyncio"), ("http[httpx]", "threading"))
    return judged(within("asyncio by threading on http[httpx]", ratio, least=1.05, unit="x"), where="speedup")


@claim(
    "async-libraries",
    "asyncio pays only with asynchronous libraries",
    condition="a blocking call in a coroutine; a thread for it is the way out",
    test="asyncio speed-up of blocking between 0.8 and 1.2; partly, since a blocking call that is handed to "
    "asyncio.to_thread leaves the loop its turns (demo blocking)",
    place=30,
)
def libraries(evidence: Evidence) -> Judgement:
    value = evidence.speedup("blocking", "asyncio")
    judgement = judged(within("a blocking call under asyncio", value, 0.8, 1.2, "x"), where="speedup")
    turns = evidence.demo("blocking", "asyncio").get("to_thread_turns", 0)
    return partly(judgement, "in a coroutine; in a thread the loop goes on") if turns > 0 else judgement


@claim(
    "async-drivers",
    "httpx and Motor have async support that pays",
    condition="16 tasks in flight; Motor itself has ended, PyMongo's own async API follows it",
    test="asyncio speed-up of http[httpx] and of mongo[motor]: intervals above 2",
    place=30,
)
def drivers(evidence: Evidence) -> Judgement:
    checks = [
        within(label, evidence.speedup(label, "asyncio"), least=2, unit="x")
        for label in ("http[httpx]", "mongo[motor]")
    ]
    return judged(*checks, where="speedup")


@claim(
    "mock-is-not-io",
    "A mock behind an async API is no I/O",
    condition="mongomock-motor, which computes in the process that calls it",
    test="asyncio speed-up of mongomock below 1.2",
    place=30,
)
def mock(evidence: Evidence) -> Judgement:
    value = evidence.speedup("mongomock[mongomock-motor]", "asyncio")
    return judged(within("mongomock-motor under asyncio", value, most=1.2, unit="x"), where="speedup")


@claim(
    "coroutine-schedules",
    "Calling a coroutine function schedules it",
    condition="a call without await",
    test="refuted when such a call ran nothing (demo count)",
    place=30,
)
def schedules(evidence: Evidence) -> Judgement:
    nothing = evidence.demo("count", "asyncio").get("call_ran_nothing")
    ran = None if nothing is None else not nothing
    return judged(seen("the call alone ran something", ran), where="demos")


@claim(
    "await-yields",
    "await hands control to the event loop",
    condition="only where something really waits",
    test="another task gets turns while one sleeps; partly when it gets none during 1,000 awaits that never "
    "suspend (demo count)",
    place=30,
)
def yields(evidence: Evidence) -> Judgement:
    shown = evidence.demo("count", "asyncio")
    turns = shown.get("turns_during_sleeps")
    judgement = judged(
        counted("turns of another task during sleeps", turns, least=1),
        where="demos",
    )
    idle = shown.get("turns_during_nonsuspending_awaits", 1) == 0
    return partly(judgement, "0 turns during 1,000 awaits that never suspend") if idle else judgement
