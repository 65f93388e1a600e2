"""Processes, and how they start."""

from bench.findings.evidence import Evidence
from bench.findings.question import Reply, question
from bench.findings.text.figures import duration
from bench.worker.rungs import MODULE, PRELOADED, process_with


@question(
    "Why did my process pool become slow with Python 3.14?",
    measure="python -m bench run --study ladder",
    place=15,
)
def slow_pool(evidence: Evidence) -> Reply | None:
    found = [evidence.rung("seconds", process_with(by)) for by in ("fork", "forkserver", PRELOADED)]
    known = [duration(each.median) for each in found if each is not None]
    if len(known) < len(found):
        return None
    fork, plain, preloaded = known
    return Reply(
        "On Linux, processes now start with forkserver instead of fork, and each imports what it needs. One"
        f" that needs {MODULE} took {plain}, with fork {fork}, and {preloaded} if the fork server had"
        " imported it: name your modules to multiprocessing.set_forkserver_preload before the first process"
        " starts.",
        "one process at a time; fork is not safe once the parent has threads",
        "ladder",
    )
