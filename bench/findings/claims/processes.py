"""Claims about processes."""

from functools import partial

from bench.findings.claim import Criterion, Judgement, claim, cores_within, judged, within
from bench.findings.evidence import Evidence
from bench.findings.studies.break_even import break_even
from bench.findings.text.figures import duration
from bench.worker.rungs import MODULE, process_with

subject = partial(claim, place=20, where="speedup")


@subject(
    "processes-needed",
    "Python code runs in parallel only in separate processes",
    condition="work in Python bytecode",
    test="refuted when some model whose workers share one process reaches 0.75 of the effective cores on "
    "cpu-python; supported when every such model stays below, and multiprocessing reaches it",
)
def needed(evidence: Evidence) -> Judgement:
    rivals = [name for name in evidence.sharing_runners() if name != "sync"]
    checks = [cores_within(evidence, "cpu-python", name, most=0.75) for name in rivals]
    checks = [check for check in checks if check.measured]
    if not checks:
        checks = [Criterion(None, "no model with workers in one process was measured", measured=False)]
    own = cores_within(evidence, "cpu-python", "multiprocessing", least=0.75)
    if own.holds is False:  # a machine on which nothing runs in parallel decides nothing
        own = Criterion(None, own.text)
    return judged(*checks, own)


@subject(
    "processes-cpu",
    "Multiprocessing suits CPU-bound work",
    condition="tasks of about 20 ms with small results",
    test="multiprocessing speed-up of cpu-python at least 0.8 of the effective cores",
)
def cpu(evidence: Evidence) -> Judgement:
    return judged(cores_within(evidence, "cpu-python", "multiprocessing", least=0.8))


@subject(
    "processes-cost",
    "Processes cost start-up, memory and pickling",
    condition="against threads that do the same",
    test="a pool of processes takes over 10 times as long to start as one of threads; a process by spawn "
    "takes over 10 times the memory of a thread; and where the study break-even ran, a task must be longer "
    "than 0.1 ms before processes pay",
    measure="python -m bench all --thorough",
    where="ladder",
)
def cost(evidence: Evidence) -> Judgement:
    start_up = evidence.ratio("startup_s", ("sleep", "multiprocessing"), ("sleep", "threading"))
    memory = evidence.rung_ratio("memory", "a process by spawn", "a new thread")
    checks = [
        within("a process pool takes {} as long to start as a thread pool", start_up, least=10, unit="x"),
        within("a process takes {} the memory of a thread", memory, least=10, unit="x"),
    ]
    size = break_even(evidence.summary, "multiprocessing")
    if size is not None:
        low, high = duration(size.low), duration(size.high)
        check = within("break-even", size, least=1e-4)
        checks.append(Criterion(check.holds, f"break-even {duration(size.median)} ({low} to {high})"))
    return judged(*checks)


@subject(
    "forkserver-like-fork",
    "Processes start as fast with forkserver, the default on Linux since Python 3.14, as with fork",
    condition=f"a process that needs a module ({MODULE}) which its parent has imported",
    test="cost ladder: with forkserver such a process takes at most twice as long as with fork",
    measure="python -m bench run --study ladder",
    where="ladder",
)
def forkserver(evidence: Evidence) -> Judgement:
    longer = evidence.rung_ratio("seconds", process_with("forkserver"), process_with("fork"))
    return judged(within("with forkserver it took {} as long as with fork", longer, most=2, unit="x"))
