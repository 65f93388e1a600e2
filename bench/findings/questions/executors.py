"""Blocking calls that an event loop hands to threads."""

from bench.findings.evidence import Evidence
from bench.findings.question import Reply, question
from bench.findings.studies.saturation import capped, levels, most
from bench.findings.text.figures import duration


@question(
    "How many blocking calls does asyncio.to_thread run at once?",
    measure="python -m bench run --study saturation",
    place=25,
)
def to_thread(evidence: Evidence) -> Reply | None:
    rows = evidence.summary.of("saturation")
    level = most(levels(rows), "default") if len(rows) else None
    if level is None:
        return None
    running, took = level.figures["running"].median, level.figures["call_s"].median
    said = f"{running:.0f}: of {level.at_once} that block for 20 ms, one takes {duration(took)}."
    more = " Give the loop a larger executor: loop.set_default_executor(ThreadPoolExecutor(N))."
    return Reply(said + more * capped(level), "min(32, cores + 4) threads, the default", "saturation")
