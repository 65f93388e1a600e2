"""Many items."""

from bench.findings.evidence import Evidence
from bench.findings.question import Reply, question
from bench.findings.studies.backpressure import loads, most
from bench.planning.studies.backpressure import BUFFERED

BOUNDED = ("queue + workers", "TaskGroup + semaphore", BUFFERED)
UNBOUNDED = ("gather", "gather + semaphore", "as_completed", "Executor.map")


@question(
    "How do I process 100,000 items without holding all of them in memory?",
    measure="python -m bench run --study backpressure",
    place=25,
)
def many_items(evidence: Evidence) -> Reply | None:
    rows = evidence.summary.of("backpressure")
    by_way = most(loads(rows)) if len(rows) else {}
    bounded, unbounded = (
        [f"{way}: {by_way[way].takes}" for way in ways if way in by_way] for ways in (BOUNDED, UNBOUNDED)
    )
    if not bounded or not unbounded:
        return None
    return Reply(
        f"Bound how many exist, not only how many run ({'; '.join(bounded)}). These take all items at once:"
        f" {'; '.join(unbounded)}.",
        f"{max(load.items for load in by_way.values()):,} items of 1,000 bytes from a generator, 100 at once",
        "backpressure",
    )
