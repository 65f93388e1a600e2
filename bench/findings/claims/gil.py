"""Claims about threads and the GIL."""

from dataclasses import replace
from functools import partial

from bench.findings.claim import Criterion, Judgement, claim, cores_within, judged, speed_within, within
from bench.findings.evidence import Evidence

subject = partial(claim, place=10, where="speedup")


@subject(
    "gil-single-thread",
    "A Python program runs on a single thread, whatever threads it starts",
    condition="work that waits",
    test="threading speed-up of sleep at most half of the tasks in flight",
)
def single_thread(evidence: Evidence) -> Judgement:
    share = evidence.of_in_flight("sleep", "threading")
    return judged(
        within("threads did {} of the work that full overlap would allow", share, most=0.5, unit=" %")
    )


@subject(
    "gil-one-at-a-time",
    "Under the GIL one thread at a time executes Python code",
    condition="work in Python bytecode, on two or more effective cores",
    test="threading speed-up of cpu-python between 0.8 and 1.2 and, where the system reports it (Linux), the "
    "share of time its threads are blocked within 0.1 of (c - 1) / c",
    where="where",
)
def one_at_a_time(evidence: Evidence) -> Judgement:
    checks = [_enough_cores(evidence), speed_within(evidence, "cpu-python", "threading", 0.8, 1.2)]
    waiting = evidence.column("cpu-python", "threading", "blocked")
    threads = evidence.column("cpu-python", "threading", "threads_seen")
    if waiting is not None and threads is not None and threads.median:
        expected = (threads.median - 1) / threads.median
        checks.append(within("blocked {} of the time", waiting, expected - 0.1, expected + 0.1, " %"))
    return judged(*checks)


@subject(
    "gil-native-code",
    "C code that releases the GIL runs in parallel in threads",
    condition="hashing large buffers",
    test="threading speed-up of cpu-native at least 0.8 of the effective cores",
)
def native_code(evidence: Evidence) -> Judgement:
    return judged(cores_within(evidence, "cpu-native", "threading", least=0.8))


@subject(
    "threads-take-turns",
    "Threads take turns rather than run at the same time",
    condition="work in Python bytecode",
    test="cores used by threading on cpu-python within 10 % of one core",
    where="where",
)
def take_turns(evidence: Evidence) -> Judgement:
    used = evidence.column("cpu-python", "threading", "cores_used")
    return judged(_enough_cores(evidence), within("threads on cpu-python used {} cores", used, 0.9, 1.1))


def _enough_cores(evidence: Evidence) -> Criterion:
    """With one core nothing runs in parallel, and nothing is decided."""
    check = within("the machine provided {} effective cores", evidence.summary.effective_cores, least=1.5)
    return check if check.holds else replace(check, holds=None)
