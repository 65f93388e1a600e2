"""What is said of processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.findings.claim import Criterion, Judgement, claim, judged, within
from bench.findings.studies.break_even import break_even
from bench.findings.text.figures import duration

if TYPE_CHECKING:
    from bench.findings.evidence import Evidence


@claim(
    "processes-needed",
    "Python code runs in parallel only in several processes",
    condition="work in Python bytecode",
    test="refuted when some model whose workers share one process reaches 0.75 of the effective cores on "
    "cpu-python; supported when every such model stays below, and multiprocessing reaches it",
    place=20,
)
def needed(evidence: Evidence) -> Judgement:
    rivals = {
        name: share
        for name in evidence.sharing_runners()
        if name != "sync" and (share := evidence.of_cores("cpu-python", name)) is not None
    }
    checks = [within(f"{name}, of the effective cores", share, most=0.75) for name, share in rivals.items()]
    if not checks:
        checks = [Criterion(None, "no model with workers in one process was measured", measured=False)]
    own = within("multiprocessing", evidence.of_cores("cpu-python", "multiprocessing"), least=0.75)
    if own.holds is False:  # a machine on which nothing runs in parallel decides nothing
        own = Criterion(None, own.text)
    return judged(*checks, own, where="speedup")


@claim(
    "processes-cpu",
    "Multiprocessing suits CPU-bound work",
    condition="tasks of some 20 ms and small results",
    test="multiprocessing speed-up of cpu-python at least 0.8 of the effective cores",
    place=20,
)
def cpu(evidence: Evidence) -> Judgement:
    share = evidence.of_cores("cpu-python", "multiprocessing")
    return judged(
        within("multiprocessing on cpu-python, of the effective cores", share, least=0.8), where="speedup"
    )


@claim(
    "processes-cost",
    "Processes cost start-up, memory and pickling",
    condition="against threads that do the same",
    test="a pool of processes takes over 10 times as long to start as one of threads; a process by spawn "
    "takes over 10 times the memory of a thread; and where the study break-even ran, a task must be longer "
    "than 0.1 ms before processes pay",
    measure="python -m bench all --thorough",
    place=20,
)
def cost(evidence: Evidence) -> Judgement:
    start_up = evidence.ratio("startup_s", ("sleep", "multiprocessing"), ("sleep", "threading"))
    memory = evidence.rung_ratio("memory", "a process by spawn", "a new thread")
    checks = [
        within("start-up, processes by threads", start_up, least=10, unit="x"),
        within("memory, a process by a thread", memory, least=10, unit="x"),
    ]
    size = break_even(evidence.summary, "multiprocessing")
    if size is not None:
        low, high = duration(size.low), duration(size.high)
        check = within("break-even", size, least=1e-4)
        checks.append(Criterion(check.holds, f"break-even {duration(size.median)} ({low} to {high})"))
    return judged(*checks, where="ladder")
