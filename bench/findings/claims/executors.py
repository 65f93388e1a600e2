"""Claims about blocking calls that an event loop hands to threads."""

from collections.abc import Mapping
from functools import partial

from bench.analysis.curves import by_block
from bench.analysis.statistics import Estimate
from bench.analysis.verdicts import ratio_of
from bench.findings.claim import Judgement, claim, judged, within
from bench.findings.evidence import Evidence
from bench.planning.studies.saturation import AT_ONCE

MANY = max(AT_ONCE)
TWICE = 2.0  # as long as alone: a wait in the queue

subject = partial(claim, measure="python -m bench run --study saturation", place=45, where="saturation")


def by_default(evidence: Evidence, figure: str) -> list[Mapping[float, float]]:
    """A figure of the loop's default executor by the number of calls, for each block that has the most."""
    rows = evidence.summary.of("saturation")
    rows = rows[rows["pool"] == "default"] if len(rows) else rows
    return (
        [line for line in by_block(rows, "concurrency", figure).values() if MANY in line] if len(rows) else []
    )


@subject(
    "to-thread-unlimited",
    "asyncio.to_thread runs as many blocking calls at once as it is given",
    condition=f"{MANY} calls that block for 20 ms",
    test=f"study saturation: all of {MANY} calls are seen to run at once",
)
def to_thread(evidence: Evidence) -> Judgement:
    running: Estimate | None = ratio_of(line[MANY] for line in by_default(evidence, "running"))
    return judged(within(f"{{}} of {MANY} calls ran at once", running, MANY - 0.5))


@subject(
    "async-dns-never-waits",
    "A name look-up on the event loop does not wait for other blocking calls",
    condition=f"loop.getaddrinfo of localhost behind 1 and behind {MANY} calls in the default executor",
    test=f"study saturation: behind {MANY} calls it takes at most {TWICE:g} times what it takes behind one",
)
def look_up(evidence: Evidence) -> Judgement:
    lines = by_default(evidence, "lookup_s")
    longer = ratio_of(line[MANY] / line[1] for line in lines if line.get(1))
    what = f"behind {MANY} calls a look-up took {{}} as long as behind one"
    return judged(within(what, longer, most=TWICE, unit="x"))
