"""Claims about processing many items."""

from functools import partial

from bench.analysis.curves import by_block
from bench.analysis.verdicts import ratio_of
from bench.findings.claim import Judgement, claim, judged, within
from bench.findings.evidence import Evidence
from bench.planning.studies.backpressure import ITEMS, LIMIT

MANY = max(ITEMS)
FEW = 0.01  # of the items: ten times the threads

subject = partial(claim, measure="python -m bench run --study backpressure", place=47, where="backpressure")


def by_way(evidence: Evidence, way: str, figure: str) -> dict[int, float]:
    """A figure of most items in a way, by block."""
    rows = evidence.summary.of("backpressure")
    found = by_block(rows[rows["way"] == way], "items", figure) if len(rows) else {}
    return {block: line[MANY] for block, line in found.items() if MANY in line}


@subject(
    "semaphore-bounds-memory",
    "A semaphore bounds the memory that asyncio.gather takes",
    condition=f"{MANY:,} items, {LIMIT} slots that each coroutine acquires before it works",
    test="study backpressure: with the semaphore, gather takes at most half as much memory as without it",
)
def semaphore(evidence: Evidence) -> Judgement:
    with_it, without = (by_way(evidence, way, "memory") for way in ("gather + semaphore", "gather"))
    share = ratio_of(with_it[block] / without[block] for block in with_it if without.get(block))
    return judged(within("with a semaphore, gather took {} the memory", share, most=0.5, unit="x"))


@subject(
    "executor-map-lazy",
    "Executor.map takes the next item when a worker is free",
    condition=f"{MANY:,} items from a generator, {LIMIT} threads, no buffersize",
    test="study backpressure: at most 1 % of the items are taken and not yet returned at any moment",
)
def lazy(evidence: Evidence) -> Judgement:
    held = ratio_of(held / MANY for held in by_way(evidence, "Executor.map", "held").values())
    return judged(
        within(f"{{}} of {MANY:,} items were taken and not yet returned", held, most=FEW, unit=" %")
    )
