"""Claims about builds of Python: free-threaded ones, and interpreters with a GIL each."""

from functools import partial

from bench.analysis.builds import speed
from bench.findings.claim import Criterion, Judgement, claim, cores_within, judged, within
from bench.findings.evidence import Evidence
from bench.findings.studies.shared_data import sharing_cost

subject = partial(claim, place=50, where="speedup")

FREE_THREADED = "python -m bench run -w cpu-python --python 3.14t --python 3.14"


@subject(
    "free-threaded-parallel",
    "Without the GIL, threads run Python in parallel",
    condition="a free-threaded build; work in Python bytecode",
    test="threading speed-up of cpu-python at least 0.8 of the effective cores",
    measure=FREE_THREADED,
)
def parallel(evidence: Evidence) -> Judgement:
    if evidence.summary.gil is not False:
        return judged(Criterion(None, "the GIL was on", measured=False))
    return judged(cores_within(evidence, "cpu-python", "threading", least=0.8))


@subject(
    "free-threaded-cost",
    "A free-threaded build is slower on one thread",
    condition="work in Python bytecode, against a GIL build of the same version",
    test="a plain loop of cpu-python at most 0.95 times as fast as in the GIL build, paired in blocks",
    measure=FREE_THREADED,
)
def cost(evidence: Evidence) -> Judgement:
    other = evidence.summary.with_gil()
    if not evidence.summary.python.free_threaded_build or other is None:
        what = "no free-threaded build was measured beside a GIL build of its version"
        return judged(Criterion(None, what, measured=False))
    name = f"one thread ran at {{}} the speed of {other.python.name}"
    return judged(within(name, speed(evidence.summary, other, "cpu-python", "sync"), most=0.95, unit="x"))


@subject(
    "free-threaded-shared",
    "Without the GIL, threads that write to one object slow each other down",
    condition="a free-threaded build; threads that do nothing else",
    test="threads that share a dict, each with keys of its own, take at least 1.2 times as long as threads"
    " with a dict each",
    measure="python -m bench run --study shared-data --python 3.14t",
    where="shared-data",
)
def shared(evidence: Evidence) -> Judgement:
    rows = evidence.summary.of("shared-data")
    if len(rows) and set(rows["gil"].dropna()) != {False}:
        return judged(Criterion(None, "the GIL was on", measured=False))
    dearer = sharing_cost(evidence.summary, "dict")
    return judged(within("one dict for all took {} as long as a dict each", dearer, least=1.2, unit="x"))


@subject(
    "interpreters-parallel",
    "Subinterpreters run Python in parallel within one process",
    condition="Python 3.14 or newer; work in Python bytecode",
    test="speed-up of cpu-python under interpreters at least 0.8 of the effective cores",
    measure="python -m bench run -w cpu-python -r sync -r interpreters --python 3.14",
)
def interpreters(evidence: Evidence) -> Judgement:
    return judged(cores_within(evidence, "cpu-python", "interpreters", least=0.8))
