"""Which client, which construct."""

from bench.analysis.curves import by_block, medians, points, ratios
from bench.analysis.statistics import Estimate
from bench.analysis.verdicts import GAINS
from bench.core.wording import listed
from bench.findings.evidence import Evidence
from bench.findings.question import Reply, question
from bench.findings.questions.models import shown
from bench.findings.text.figures import caveat, duration, interval, measured, times


@question("httpx or aiohttp?", place=20)
def http_client(evidence: Evidence) -> Reply | None:
    return by_level(evidence, "aiohttp", "httpx") or compared(evidence, "http[aiohttp]", "http[httpx]")


@question("Motor or PyMongo's own async API?", place=20)
def mongo_client(evidence: Evidence) -> Reply | None:
    return compared(evidence, "mongo[pymongo-async]", "mongo[motor]")


def compared(evidence: Evidence, one: str, other: str) -> Reply | None:
    """Two clients under asyncio: throughput, and CPU for each task."""
    faster = evidence.ratio("tasks_per_s", (one, "asyncio"), (other, "asyncio"))
    if faster is None:
        return None
    cpu = [evidence.column(label, "asyncio", "cpu_per_task_s") for label in (one, other)]
    spent = ""
    if all(cpu):
        first, second = (duration(value.median) for value in cpu if value)
        spent = f"; CPU per task {first} against {second}"
    plan = evidence.summary.run.plan
    in_flight = next(c.concurrency for c in plan.cells if (c.workload, c.runner) == (one, "asyncio"))
    return Reply(
        f"Under asyncio, with {in_flight:,} in flight, {one} {against(faster)} {other}{spent}.",
        "with that many in flight; more may change the answer (the study sweep)",
        "speedup",
    )


def by_level(evidence: Evidence, one: str, other: str) -> Reply | None:
    """Two clients of the study clients, with few in flight and with many."""
    rows = evidence.summary.of("clients")
    if rows.empty:
        return None
    both = [rows[rows["client"] == client] for client in (one, other)]
    found = points(dict(enumerate(ratios(*(by_block(seen, "concurrency", "tasks_per_s") for seen in both)))))
    if not found:
        return None
    (least, ratio), *more = found
    done = [f"{told(ratio)} what {other} does with {least:,.0f} in flight"]
    done += [f"{told(ratio)} with {level:,.0f}" for level, ratio in more]
    costs = [medians(by_block(seen, "concurrency", "cpu_per_task_s")) for seen in both]
    spent = [" against ".join(duration(cost.get(level)) for cost in costs) for level, _ in found]
    cpu = f"; CPU per request {listed(spent)}" if all(costs) else ""
    doubt = caveat(ratio for _, ratio in found)
    return Reply(
        f"Under asyncio, by requests a second, {one} does {listed(done)}{doubt}{cpu}.",
        "a server that answers after 20 ms (the study clients)",
        "clients",
    )


def told(ratio: Estimate) -> str:
    """A ratio with its interval, and whether the two are tied."""
    tied = ", tied" if ratio.low <= 1 <= ratio.high else ""
    return f"{times(ratio.median)} ({interval(ratio, times)}{tied})"


def against(ratio: Estimate) -> str:
    """How the first compares with the second, as far as the interval decides."""
    if not ratio.sure or ratio.low <= 1 <= ratio.high:
        return f"at {measured(ratio, times)} is tied with"
    return f"does {measured(ratio, times)} as many tasks per second as"


@question("Does hashlib hold the GIL?", place=20)
def hashlib(evidence: Evidence) -> Reply | None:
    value = evidence.speedup("cpu-native", "threading")
    cores = evidence.summary.effective_cores
    if value is None or cores is None:
        return None
    holds = value.high < GAINS
    said = "Yes" if holds else "No" if value.low >= GAINS else "Unresolved"
    return Reply(
        f"{said}: threads that hash reach {shown(value)} on {cores.median:.2f} effective cores.",
        "buffers of 1 MiB; for small ones the GIL is not released (the study gil-crossover)",
        "speedup",
    )


@question(
    "Should I create a client for each request?",
    measure="python -m bench run -w client-per-request -w http",
    place=20,
)
def client_per_request(evidence: Evidence) -> Reply | None:
    dearer = evidence.ratio("cpu_per_task_s", ("client-per-request[httpx]", "sync"), ("http[httpx]", "sync"))
    if dearer is None:
        return None
    return Reply(f"No: it takes {shown(dearer)} the CPU per request.", "httpx, plain loop", "speedup")


@question("gather or TaskGroup?", place=20)
def gather_or_group(evidence: Evidence) -> Reply | None:
    shown_ = evidence.demo("errors", "asyncio")
    left, ended = shown_.get("gather_siblings_finished"), shown_.get("taskgroup_siblings_cancelled")
    if left is None or ended is None:
        return None
    said = "ran on after one failed" if left else "ended with the one that failed"
    group = "cancelled" if ended else "left running"
    return Reply(
        f"gather's other tasks {said}; a TaskGroup's were {group}. Use a TaskGroup unless the others should"
        " go on.",
        "Python 3.11 or newer; shown by the demo errors",
        "demo-errors",
    )


@question("Does the GIL make x += 1 safe?", place=20)
def race(evidence: Evidence) -> Reply | None:
    values = evidence.demo("race", "threading")
    expected, counted = values.get("expected"), values.get("counted")
    if expected is None or counted is None:
        return None
    if counted >= expected:
        lucky = "No update was lost this time, but nothing guarantees that. Use a lock."
        return Reply(lucky, "in the demo race", "demo-race")
    return Reply(
        f"No: of {expected:,} updates by threads without a lock, {expected - counted:,} were lost.",
        "a thread switch is allowed between read and write (the demo race)",
        "demo-race",
    )


@question(
    "Do threads that compute starve my I/O?", measure="python -m bench run --study starvation", place=20
)
def starvation(evidence: Evidence) -> Reply | None:
    answer = evidence.answer("starvation")
    return Reply(answer.sentences[0], "as measured in this run", "starvation") if answer else None
