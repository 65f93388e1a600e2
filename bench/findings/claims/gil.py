"""What is said of threads and the GIL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.findings.claim import Criterion, Judgement, claim, given, judged, within

if TYPE_CHECKING:
    from bench.findings.evidence import Evidence


@claim(
    "gil-single-thread",
    "A Python program runs on a single thread, whatever threads it starts",
    condition="work that waits",
    test="threading speed-up of sleep at most half of the tasks in flight",
    place=10,
)
def single_thread(evidence: Evidence) -> Judgement:
    share = evidence.of_in_flight("sleep", "threading")
    return judged(within("threads on sleep, by tasks in flight", share, most=0.5, unit="x"), where="speedup")


@claim(
    "gil-one-at-a-time",
    "Under the GIL one thread at a time executes Python code",
    condition="work in Python bytecode, on two or more effective cores",
    test="threading speed-up of cpu-python between 0.8 and 1.2 and, where the system tells (Linux), the "
    "share of time that its threads stand blocked within 0.1 of (c - 1) / c",
    place=10,
)
def one_at_a_time(evidence: Evidence) -> Judgement:
    checks = [
        _enough_cores(evidence),
        within("threads on cpu-python", evidence.speedup("cpu-python", "threading"), 0.8, 1.2, "x"),
    ]
    waiting = evidence.column("cpu-python", "threading", "blocked")
    threads = evidence.column("cpu-python", "threading", "threads_seen")
    if waiting is not None and threads is not None and threads.median:
        expected = (threads.median - 1) / threads.median
        checks.append(within("share of time blocked", waiting, expected - 0.1, expected + 0.1))
    return judged(*checks, where="where")


@claim(
    "gil-native-code",
    "C code that lets go of the GIL runs in parallel in threads",
    condition="hashing large buffers",
    test="threading speed-up of cpu-native at least 0.8 of the effective cores",
    place=10,
)
def native_code(evidence: Evidence) -> Judgement:
    share = evidence.of_cores("cpu-native", "threading")
    return judged(within("threads on cpu-native, of the effective cores", share, least=0.8), where="speedup")


@claim(
    "threads-take-turns",
    "Threads take turns rather than run at the same time",
    condition="work in Python bytecode",
    test="cores used by threading on cpu-python within 10 % of one core",
    place=10,
)
def take_turns(evidence: Evidence) -> Judgement:
    used = evidence.column("cpu-python", "threading", "cores_used")
    checks = [_enough_cores(evidence), within("cores used by threads on cpu-python", used, 0.9, 1.1)]
    return judged(*checks, where="where")


def _enough_cores(evidence: Evidence) -> Criterion:
    """With one core nothing runs in parallel, and nothing can be told."""
    return given(within("effective cores", evidence.summary.effective_cores, least=1.5))
