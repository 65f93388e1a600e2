"""Claims about asyncio."""

from functools import partial

from bench.findings.claim import Judgement, claim, counted, judged, partly, seen, speed_within, within
from bench.findings.evidence import Evidence

subject = partial(claim, place=30, where="speedup")

CLIENTS = ("sleep", "http[aiohttp]", "mongo[pymongo-async]")


@subject(
    "concurrency-not-parallelism",
    "Concurrency does not imply parallelism",
    condition="sleep under asyncio",
    test="tasks in flight above half of those admitted, while at most 1.05 cores are used",
    where="where",
)
def not_parallel(evidence: Evidence) -> Judgement:
    share = evidence.of_admitted("sleep", "asyncio")
    used = evidence.column("sleep", "asyncio", "cores_used")
    return judged(
        within("{} of the tasks allowed were in flight", share, least=0.5, unit=" %"),
        within("{} cores were used", used, most=1.05),
    )


@subject(
    "asyncio-io",
    "asyncio suits I/O-bound work",
    condition="async clients, 16 tasks in flight",
    test="asyncio reaches at least 0.6 of the limit on sleep, http[aiohttp] and mongo[pymongo-async], each",
)
def suits_io(evidence: Evidence) -> Judgement:
    checks = []
    for label in CLIENTS:
        share = evidence.column(label, "asyncio", "efficiency")
        checks.append(within(f"{label} reached {{}} of its limit", share, least=0.6, unit=" %"))
    return judged(*checks)


@subject(
    "asyncio-not-cpu",
    "asyncio does not suit CPU-bound work",
    condition="work in Python bytecode",
    test="asyncio speed-up of cpu-python between 0.8 and 1.2",
)
def not_for_cpu(evidence: Evidence) -> Judgement:
    return judged(speed_within(evidence, "cpu-python", "asyncio", 0.8, 1.2))


@subject(
    "asyncio-one-thread",
    "An event loop runs all of its tasks on one thread",
    condition="coroutines, no executor",
    test="one thread ran all tasks of sleep under asyncio",
    where="where",
)
def one_thread(evidence: Evidence) -> Judgement:
    threads = evidence.column("sleep", "asyncio", "threads_seen")
    return judged(within("the tasks ran on {} thread", threads, 1, 1))


@subject(
    "asyncio-beats-threads",
    "asyncio is faster than threads for I/O",
    condition="the same client (httpx), 16 tasks in flight",
    test="http[httpx] under asyncio against threading, paired: interval above 1.05",
)
def beats_threads(evidence: Evidence) -> Judgement:
    ratio = evidence.ratio("tasks_per_s", ("http[httpx]", "asyncio"), ("http[httpx]", "threading"))
    return judged(within("asyncio ran http[httpx] at {} the speed of threading", ratio, least=1.05, unit="x"))


@subject(
    "async-libraries",
    "asyncio pays only with asynchronous libraries",
    condition="a blocking call in a coroutine; handing it to a thread helps",
    test="asyncio speed-up of blocking between 0.8 and 1.2; partly, since a blocking call handed to "
    "asyncio.to_thread leaves the loop free (demo blocking)",
)
def libraries(evidence: Evidence) -> Judgement:
    judgement = judged(speed_within(evidence, "blocking", "asyncio", 0.8, 1.2))
    goes_on = evidence.demo("blocking", "asyncio").get("to_thread_turns", 0) > 0
    return partly(judgement, "in a coroutine, not with asyncio.to_thread", when=goes_on)


@subject(
    "async-drivers",
    "httpx and Motor have async support that pays",
    condition="16 tasks in flight; Motor has ended, and PyMongo's own async API replaces it",
    test="asyncio speed-up of http[httpx] and of mongo[motor]: intervals above 2",
)
def drivers(evidence: Evidence) -> Judgement:
    return judged(*(speed_within(evidence, label, "asyncio", 2) for label in ("http[httpx]", "mongo[motor]")))


@subject(
    "mock-is-not-io",
    "A mock behind an async API is not I/O",
    condition="mongomock-motor, which computes in the process that calls it",
    test="asyncio speed-up of mongomock below 1.2",
)
def mock(evidence: Evidence) -> Judgement:
    return judged(speed_within(evidence, "mongomock[mongomock-motor]", "asyncio", most=1.2))


@subject(
    "coroutine-schedules",
    "Calling a coroutine function schedules it",
    condition="a call without await",
    test="refuted when such a call ran nothing (demo count)",
    where="demo-count",
)
def schedules(evidence: Evidence) -> Judgement:
    nothing = evidence.demo("count", "asyncio").get("call_ran_nothing")
    ran = None if nothing is None else not nothing
    return judged(seen("the call alone ran something", ran, otherwise="the call alone ran nothing"))


@subject(
    "await-yields",
    "await hands control to the event loop",
    condition="only where something really waits",
    test="another task gets turns while one sleeps; partly if it gets none during 1,000 awaits that never "
    "suspend (demo count)",
    where="demo-count",
)
def yields(evidence: Evidence) -> Judgement:
    shown = evidence.demo("count", "asyncio")
    turns = shown.get("turns_during_sleeps")
    judgement = judged(counted("turns of another task while one slept", turns, least=1))
    idle = shown.get("turns_during_nonsuspending_awaits", 1) == 0
    return partly(judgement, "not during 1,000 awaits that never suspend", when=idle)
