"""What computes for a call besides the thread that makes it, in sentences."""

from bench.analysis.function_rows import model_of
from bench.findings.advice.facts import FunctionFacts
from bench.findings.advice.rules import Action, Advised
from bench.findings.text.figures import duration


def children(facts: FunctionFacts) -> str:
    if not facts.children_compute:
        return ""
    return (
        f"Its child processes compute: {duration(facts.own.children)} of CPU time per call, so cores are the"
        " limit, whichever model starts them."
    )


def own_threads(facts: FunctionFacts) -> str:
    if not facts.own_threads:
        return ""
    return (
        f"One call uses {facts.own.cpu / facts.own.seconds:.1f} cores by itself, in its own threads:"
        " concurrent calls must share them."
    )


def spins(facts: FunctionFacts) -> str:
    if not facts.own.spins:
        return ""
    return (
        "Threads of a library that it calls (such as BLAS) spin while they have nothing to do, which is not"
        " counted here; with several calls in flight give them one thread each: `OPENBLAS_NUM_THREADS=1`,"
        " `OMP_NUM_THREADS=1` or threadpoolctl."
    )


def more_cores(facts: FunctionFacts, found: Advised) -> str:
    """That processes could not show what they gain, where something else is advised."""
    in_process = found.action is Action.RUN and model_of(found.models[0]) in facts.in_process
    if not in_process or not facts.cores_lacked or not facts.effective_cores or facts.holds_gil is False:
        return ""
    return (
        f"The machine provided only {facts.effective_cores.median:.2f} cores meanwhile: with more of them,"
        " processes may gain more."
    )
