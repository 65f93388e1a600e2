"""Which model, and why."""

from functools import partial

from bench.analysis.statistics import Estimate
from bench.analysis.verdicts import GAINS
from bench.core.wording import listed
from bench.findings.evidence import Evidence
from bench.findings.question import Reply, question
from bench.findings.studies.sweep import passing_sentence
from bench.findings.text.figures import binary, duration, measured, times, whole

MODELS = ("threading", "multiprocessing", "asyncio")
PAIR = {"asyncio", "threading"}
RATIOS = {"only waits": "sleep", "waits and computes": "mixed", "only computes in Python": "cpu-python"}
shown = partial(measured, text=times)  # a ratio with its interval


def with_client_of_loop(evidence: Evidence, name: str, runner: str) -> Estimate | None:
    """A model's speed-up with the client of the plain loop, or, where it cannot use that, with its fastest:
    the rule of the matrix."""
    known = {
        label: value
        for label in evidence.labels(name)
        if (value := evidence.speedup(label, runner)) is not None
    }
    same = [value for label, value in known.items() if evidence.column(label, "sync", "seconds_per_task")]
    return max(same or known.values(), key=lambda value: value.median, default=None)


@question("Threads, asyncio or processes: which for my ratio of waiting to computing?", place=10)
def which_model(evidence: Evidence) -> Reply | None:
    said = []
    for kind, name in RATIOS.items():
        found = [(r, value) for r in MODELS if (value := with_client_of_loop(evidence, name, r)) is not None]
        if not found:
            return None
        runner, value = max(found, key=lambda each: each[1].median)
        near = value.low / (1 + evidence.summary.run.plan.threshold)
        others = [r for r, v in found if r != runner and v.high >= near]
        also = f", tied with {listed(others)}" if others else ""
        if value.median < GAINS:
            said.append(f"for work that {kind}, none gains: {runner} comes closest, at {shown(value)}")
        else:
            said.append(f"for work that {kind}, {runner} at {shown(value)}{also}")
    text = "; ".join(said)
    return Reply(
        f"{text[0].upper()}{text[1:]}.",
        "at this run's concurrency, each model with the plain loop's client where it can use it",
        "speedup",
    )


@question("Why did threads make my computation no faster?", place=10)
def why_no_faster(evidence: Evidence) -> Reply | None:
    value = evidence.speedup("cpu-python", "threading")
    blocked = evidence.column("cpu-python", "threading", "blocked")
    if value is None or blocked is None or evidence.summary.gil is None:
        return None
    if not evidence.summary.gil:
        faster = f"Here they made it faster: threads on cpu-python reach {shown(value)}."
        return Reply(faster, "the GIL is off", "where")
    return Reply(
        f"The GIL lets only one of them run at a time: {shown(value)} over a plain loop, and each was blocked"
        f" {whole(blocked.median)} of the time.",
        "Python bytecode, one thread per core; C code that releases the GIL does better",
        "where",
    )


@question("Why is multiprocessing slower than my loop?", place=10)
def why_slower(evidence: Evidence) -> Reply | None:
    trip = evidence.rung("seconds", "process pool, there and back")
    start = evidence.column("cpu-python", "multiprocessing", "startup_s")
    if trip is None or start is None:
        return None
    return Reply(
        f"A round trip to a process takes {duration(trip.median)}, and the pool takes"
        f" {duration(start.median)} to start: each task must be much longer than the former, the whole"
        " job much longer than the latter.",
        "small arguments and results, one at a time; pickling comes on top (the study break-even)",
        "ladder",
    )


@question("Why does my async def endpoint serve one request after another?", place=10)
def why_serial(evidence: Evidence) -> Reply | None:
    blocking, sleeping = evidence.speedup("blocking", "asyncio"), evidence.speedup("sleep", "asyncio")
    if blocking is None or sleeping is None:
        return None
    return Reply(
        f"A blocking call in a coroutine stops the whole event loop: tasks with one ran at {shown(blocking)},"
        f" the same wait, awaited, at {shown(sleeping)}.",
        "time.sleep against asyncio.sleep; any blocking call does the same. Use asyncio.to_thread",
        "speedup",
    )


@question("How much memory do 10,000 tasks or threads take?", place=10)
def memory(evidence: Evidence) -> Reply | None:
    taken = {rung: evidence.rung("memory", rung) for rung in ("an asyncio task", "a new thread")}
    known = {rung: value for rung, value in taken.items() if value is not None}
    if len(known) < len(taken):
        return None
    task, thread = (10_000 * value.median for value in known.values())
    if kernel := evidence.rung("kernel", "a new thread"):
        kept = 10_000 * kernel.median
        parts = f"{binary(thread)} of their own, {binary(kept)} in the kernel"
        threads = f"{binary(thread + kept)} as threads ({parts})"
    else:
        threads = f"{binary(thread)} as threads, plus what the kernel holds for them (not measured)"
    return Reply(
        f"About {binary(task)} as asyncio tasks, {threads}, not counting their data.",
        "idle, extrapolated from 5,000 tasks and some hundred threads; a thread's stack grows with use",
        "ladder",
    )


@question(
    "From how many tasks in flight is asyncio ahead of threads?", measure="python -m bench sweep", place=10
)
def asyncio_ahead(evidence: Evidence) -> Reply | None:
    answer = evidence.answer("sweep")
    passings = answer.passings if answer else []
    pairs = [each for each in passings if {each.ahead.runner, each.behind.runner} == PAIR]
    if not pairs:
        return None
    # With the same client first: then it is the model that makes the difference.
    found = sorted(pairs, key=lambda each: each.ahead.client != each.behind.client)
    return Reply(" ".join(map(passing_sentence, found)), "in this run's sweep", "sweep")
