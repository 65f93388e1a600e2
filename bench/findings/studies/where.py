"""Where the time went: on a core, waiting for one, or blocked, beside concurrency and parallelism."""

from collections.abc import Sequence

from bench.analysis.summary import Summary
from bench.analysis.where import Share, where
from bench.findings.answer import Answer, Bar, Bars, Column, Part, figure, name, table
from bench.findings.text.figures import binary, duration, percent, significant, whole
from bench.findings.text.headline import gil_sentence

PICTURES = {"I/O-bound": ("io",), "Mixed": ("mixed",), "CPU-bound": ("cpu-python", "cpu-native")}
ASIDE = "concurrency / parallelism: tasks in flight / cores used"
COLUMNS: Sequence[Column[Share]] = (
    name("Workload", lambda share: share.row.cell.workload),
    name("Model", lambda share: share.row.cell.runner),
    name("Blocked by", lambda share: "the GIL" if share.gil_wait else "GIL, lock or I/O"),
    figure("On core", lambda share: share.on_core, percent),
    figure("Waiting", lambda share: share.waiting, percent),
    figure("Blocked", lambda share: share.blocked, percent),
    figure("In flight", lambda share: share.row.in_flight, significant),
    figure("Cores used", lambda share: share.row.cores_used, significant),
    figure("CPU a task", lambda share: share.row.cpu_per_task_s, duration),
    Column("Switches a task", lambda share: significant(share.row.switches_per_task, 2)),
    figure("Import", lambda share: share.row.import_s, duration),
    figure("Start-up", lambda share: share.row.startup_s, duration),
    figure("First task", lambda share: share.row.first_task_s, duration),
    figure("Memory", lambda share: share.row.memory_peak, binary),
)


def answer(summary: Summary) -> Answer | None:
    """The answer, or None where the run measured nothing of it."""
    shares = where(summary)
    if not shares:
        return None
    most = max(shares, key=lambda share: share.blocked)
    cell = most.row.cell
    busiest = f"{cell.workload} under {cell.runner} was blocked {whole(most.blocked)} of the time."
    pictures = [
        Bars(title, _see(of_kind), [_bar(share) for share in of_kind], ASIDE)
        for title, kinds in PICTURES.items()
        if (of_kind := [share for share in shares if share.row.info.kind in kinds])
    ]
    return Answer([gil_sentence(summary) or busiest], pictures, table(COLUMNS, shares))


def _see(shares: Sequence[Share]) -> str:
    """Whose threads were on a core most of their time."""
    most = max(shares, key=lambda share: share.on_core)
    cell = most.row.cell
    return f"Most on core: {cell.workload} under {cell.runner}, {whole(most.on_core)} of its time."


def _bar(share: Share) -> Bar:
    row = share.row
    known = row.in_flight is not None and row.cores_used is not None
    blocked = ("gil", "GIL wait") if share.gil_wait else ("blocked", "blocked")
    return Bar(
        runner=row.cell.runner,
        group=row.info.name,
        client=row.info.client or "",
        parts=[
            Part("core", "on core", share.on_core),
            Part("waiting", "waiting for a core", share.waiting),
            Part(*blocked, share.blocked),
        ],
        aside=f"{row.in_flight:.1f} / {row.cores_used:.2f}" if known else "",
    )
