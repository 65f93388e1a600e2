"""What to know before quoting a figure."""

from collections.abc import Callable, Iterable, Sequence

from bench.analysis.autocorrelation import ALIKE, of_blocks
from bench.analysis.flags import DISPATCHES_PER_TASK, TIMER_ERRORS_PER_SLEEP, Flag, FlagKind
from bench.analysis.summary import Noise, Summary
from bench.core.variables import group_of
from bench.core.wording import listed
from bench.findings.text.figures import clipped, counted, interval, percent, two_places, whole

SENTENCES = {
    FlagKind.SHORT_TASK: f"short task: {{ms}} is less than {DISPATCHES_PER_TASK} times what {{name}} adds"
    " to it ({bound_ms})",
    FlagKind.SHORT_WAIT: f"short wait: {{ms}} is less than {TIMER_ERRORS_PER_SLEEP} times the timer's error"
    " ({bound_ms})",
    FlagKind.BUSY_SERVICE: "the {name} server was busy: {share} of a core {blocks}",
    FlagKind.STALLED_SERVICE: "the {name} server stalled for up to {ms} {blocks}",
    FlagKind.IDLE_SLOTS: "{value:.0f} of {bound:.0f} requests were in flight at the {name} server {blocks}",
    FlagKind.NEW_CONNECTIONS: "{value:.0f} connections to the {name} server were opened {blocks}",
    FlagKind.OVER_LIMIT: "check: {share} of the limit",
    FlagKind.IMPOSSIBLE_LIMIT: "check: {bound:.0f} cores cannot compute {value:.1f} times as fast: its"
    " tasks wait for something, or some of their CPU time was not counted",
    FlagKind.CHANGING_ANSWERS: "check: its answers changed from block to block",
}


def flag_sentence(flag: Flag) -> str:
    """A flag, to go on from the name of its cell."""
    return SENTENCES[flag.kind].format(
        name=flag.name,
        value=flag.value,
        bound=flag.bound,
        ms=_ms(flag.value),
        share=whole(flag.value),
        bound_ms=_ms(flag.bound),
        blocks=f"in {flag.blocks[0]} of {counted(flag.blocks[1], 'block')}",
    )


def _ms(seconds: float) -> str:
    return f"{seconds * 1e3:.3g} ms"


VALUE_SHOWN = 60  # characters of a variable
REASON_SHOWN = 160  # characters; the report has all of it


def warnings(builds: Sequence[Summary]) -> list[str]:
    """What the whole run is not, for the paragraph under the headline."""
    found = []
    if any(build.rows for build in builds) and all(build.indicative for build in builds):
        blocks = counted(max(build.blocks for build in builds), "block")
        found.append(f"Indicative only: {blocks} cannot give a 95 % interval.")
    if builds[0].run.plan.status == "interrupted":
        found.append("The run was interrupted: these are the results so far.")
    return found


def noise_floor(twins: Sequence[Noise]) -> str:
    """How far apart the cells came out that were measured twice."""
    if not twins:
        return "No cell was measured twice."
    medians = max(max(each.ratio.median, 1 / each.ratio.median) for each in twins)
    widest = max(max(each.ratio.high, 1 / each.ratio.low) for each in twins)
    return (
        f"Cells measured twice under two names differed by {percent(round(medians - 1, 3))} in the median and"
        f" by up to {whole(widest - 1)} in a block."
    )


def noise_notes(summary: Summary) -> list[str]:
    """The noise floor, with the cells that it comes from."""
    if not summary.noise:
        return []
    arms = "; ".join(f"{noise.label} {interval(noise.ratio)}" for noise in summary.noise)
    floor = noise_floor(summary.noise).removesuffix(".")
    return [f"Noise floor: {floor[0].lower()}{floor[1:]} ({arms})."]


def autocorrelation_notes(summary: Summary) -> list[str]:
    """That blocks were not independent of each other, where they were not."""
    alike = of_blocks(summary)
    if alike is None or alike <= ALIKE:
        return []
    return [
        f"Successive blocks resemble each other (autocorrelation {alike:.1f}): something disturbed this"
        " machine for longer than a block, and the intervals are narrower than they should be."
    ]


def resumed_notes(summary: Summary) -> list[str]:
    """Whether the run was measured in one go."""
    times = summary.run.plan.resumed
    if not times:
        return []
    return [
        f"The run stopped and was resumed at {', '.join(times)}. Cells are still compared within a block; in"
        " the interrupted block, some cells were measured before and some after."
    ]


def fitness_notes(summary: Summary) -> list[str]:
    """What was poor about the machine before the run, in a line."""
    poor = [finding for finding in summary.run.plan.findings if finding.verdict == "poor"]
    if not poor:
        return []
    said = "; ".join(f"{finding.name} was {finding.said}" for finding in poor)
    shown = "".join(c if c.isprintable() else "?" for c in said)  # the system's own words
    return [f"Before the run: {shown}."]


def environment_notes(summary: Summary) -> list[str]:
    """The variables that slowed, tuned or fixed what was measured, by what they have to do with."""
    groups: dict[str, list[str]] = {}
    for name, value in (summary.run.plan.environment or {}).items():
        group = group_of(name)
        of = f" ({group.of})" if group else ""  # another version's table may have known it
        groups.setdefault(of, []).append(f"{name}={clipped(value, VALUE_SHOWN)}")
    if not groups:
        return []
    told = "; ".join(f"{listed(pairs)}{of}" for of, pairs in groups.items())
    return [f"Measured with {told}: the figures hold only for this environment."]


def cores_notes(summary: Summary) -> list[str]:
    """That the machine gave fewer cores than it has, where it did."""
    effective, cores = summary.effective_cores, summary.run.plan.machine.cores
    if effective is None or not summary.lacks_cores:
        return []
    given = f"{effective.median:.2f} effective cores ({interval(effective, two_places)}) of {cores}"
    return [
        f"The machine provided {given}: something else used the rest, which lowers the speed-up of anything"
        " that computes. Claims allow for it."
    ]


def gil_notes(summary: Summary) -> list[str]:
    """The modules that turned the GIL on, in a build that can do without."""
    turned: dict[str, list[str]] = {}
    for seen in summary.run.observations:
        if seen.gil_by:
            cell = summary.run.plan.cell[seen.key]
            turned.setdefault(seen.gil_by, []).append(f"{cell.workload} under {cell.runner}")
    return [
        f"Importing {name} turned the GIL on again, as it does not declare support for running without it."
        f" Measured with the GIL on: {', '.join(dict.fromkeys(where))}."
        for name, where in turned.items()
    ]


def elsewhere_notes(summary: Summary) -> list[str]:
    """What was measured on a cluster, and what of it cannot be known from here."""
    seen = [summary.run.plan.cell[each.key] for each in summary.run.observations if each.elsewhere]
    where = dict.fromkeys((cell.runner, cell.options.get("scheduler", "?")) for cell in seen)
    return [
        f"{runner} ran on the cluster of {scheduler}: tasks are timed by their worker's clock, batches from"
        " here, from the first task sent to the last result. CPU time, memory and the limit are unknown."
        for runner, scheduler in where
    ]


def flag_notes(summary: Summary) -> list[str]:
    """The rules of the method that cells come near."""
    flagged: dict[str, list[str]] = {}
    for row in summary.rows:
        for flag in row.flags:
            flagged.setdefault(flag_sentence(flag), []).append(f"{row.cell.workload} under {row.cell.runner}")
    return [f"{', '.join(where)}: {flag}." for flag, where in flagged.items()]


def gap_notes(summary: Summary) -> list[str]:
    """What was not available, and what failed."""
    found = []
    for missing in summary.run.plan.missing:
        if missing.left_out:  # the study that it belongs to says so
            continue
        what = " under ".join(name for name in (missing.workload, missing.runner) if name)
        found.append(f"{what} is not available: {missing.reason}.")
    if summary.run.failures:
        count = len(summary.run.failures)
        which = f"{counted(count, 'cell')} failed and {'is' if count == 1 else 'are'} left out"
        found.append(f"{which}{':' if count == 1 else '; first'} {first_failure(summary)}.")
    return found


def first_failure(summary: Summary) -> str:
    """The first failure, in words."""
    failure = summary.run.failures[0]
    cell = summary.run.plan.cell[failure.key]
    return f"{cell.workload} under {cell.runner} ({failure.stage}: {clipped(failure.reason, REASON_SHOWN)})"


RULES = (
    resumed_notes,
    fitness_notes,
    environment_notes,
    cores_notes,
    noise_notes,
    autocorrelation_notes,
    gil_notes,
    elsewhere_notes,
    flag_notes,
    gap_notes,
)
PROMINENT = (environment_notes, cores_notes, gil_notes)  # without them a headline misleads
MISLEADING = (*PROMINENT, gap_notes)  # without them a table misleads, too
BRIEF = (fitness_notes, *MISLEADING)  # nothing of single cells


def notes(builds: Sequence[Summary], rules: Iterable[Callable[[Summary], list[str]]] = RULES) -> list[str]:
    """What to know before quoting a figure; what does not hold of every build names those that it is of."""
    where: dict[str, list[str]] = {}
    for rule in rules:
        for build in builds:
            for note in rule(build):
                where.setdefault(note, []).append(build.python.name)
    every = len(builds)
    return [note if len(names) == every else f"{listed(names)}: {note}" for note, names in where.items()]
