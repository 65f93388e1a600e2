"""What is wrong with an application or with some set-up of it, in sentences."""

from bench.analysis.service import TIMES_MORE, ServiceFigures
from bench.core.sanitize import one_line
from bench.core.service import ServerSetup, ServiceCause, ServiceVoid
from bench.core.wording import listed
from bench.findings.text.figures import binary, percent
from bench.findings.text.service_names import titled
from bench.planning.server import SERVERS

LONGEST_DETAIL = 200  # characters
MOST_VOIDS = 6


def leak(figures: ServiceFigures) -> list[str]:
    """Whether memory grows with each request."""
    if not figures.leak:
        return []
    restart = SERVERS.get(figures.recommended.setup.server).restart_option
    return [
        f"It leaks: memory grew steadily, by {binary(figures.leak.median)} with each request. Find what keeps"
        f" them (`tracemalloc`), or restart workers (`{restart}`)."
    ]


def troubles(figures: ServiceFigures) -> list[str]:
    """Which set-ups have no figure, or levels without one, and why; answers that were not compared."""
    said = []
    seen: set[tuple[ServerSetup, ServiceCause]] = set()
    for void in figures.voids:
        if (void.setup, void.cause) not in seen and len(seen) < MOST_VOIDS:
            seen.add((void.setup, void.cause))
            said.append(trouble(void))
    if figures.run.varying:
        said.append(
            f"Answers to {listed(figures.run.varying)} differ from call to call: their content was not"
            " compared, their status was."
        )
    if figures.run.missing:
        said.append(
            f"Not measured, since not installed: {listed(figures.run.missing)} (`pip install"
            f" {' '.join(figures.run.missing)}`)."
        )
    return said


def trouble(void: ServiceVoid) -> str:
    """What went wrong, in a sentence."""
    detail = one_line(void.detail, LONGEST_DETAIL).rstrip(".")
    when = f" with {void.in_flight} in flight" if void.in_flight else ""
    if void.share:
        when = f" at {percent(void.share)} of its capacity"
    because = f": {detail}" if detail else ""
    what = {
        ServiceCause.START: f"did not start{because}",
        ServiceCause.SILENT: f"left requests unanswered{when}{because}",
        ServiceCause.DIED: f"lost a worker process{when}{because}",
        ServiceCause.STATUS: f"answered{when} with another status than alone{because}",
        ServiceCause.DIFFERS: f"answered{when} with other content than alone{because}",
        ServiceCause.DROPPED: f"closed connections{when} without an answer{because}",
        ServiceCause.GENERATOR: f"is too fast to be judged{when}: the load generator could not send"
        f" {TIMES_MORE} times as many ({detail}/s at most)",
    }[void.cause]
    return f"{titled(void.setup)} {what}."
