"""Ready for free threading? The verdict first, then what it rests on."""

from bench.analysis.function_rows import model_of
from bench.core.wording import listed
from bench.findings.advice.caps import plateau
from bench.findings.advice.facts import FunctionFacts
from bench.findings.advice.free_threading import SCALES, Readiness, Ready, readiness
from bench.findings.advice.sessions import sessions
from bench.findings.text.figures import measured

VERDICTS = {
    Ready.YES: "it is ready.",
    Ready.DEARER: "it is ready, but slower on one thread.",
    Ready.DOES_NOT_SCALE: "it runs, but does not scale with the cores.",
    Ready.GIL_ON: "no, since something it imports turns the GIL on.",
    Ready.UNSAFE: "it is not safe in threads there.",
    Ready.FAILS: "it fails in threads there.",
    Ready.UNKNOWN: "unknown from this run.",
}


def sentences(facts: FunctionFacts) -> list[str]:
    """Nothing for a build with a GIL."""
    found = readiness(facts)
    if found is None:
        return []
    verdict = VERDICTS[found.verdict]
    said = [f"Ready for free threading? {verdict[0].upper()}{verdict[1:]}"]
    said += [_turned_on(facts), _scaling(found), _contention(facts, found), _one_thread(facts)]
    return [sentence for sentence in said if sentence]


def held_against(facts: FunctionFacts) -> list[str]:
    """Of a build that was measured for that alone."""
    threads = [f"{point.x:.0f} threads ran at {measured(point.y)}." for point in facts.of("threading")]
    return [f"Measured for comparison only: a plain loop{' and threads' if threads else ''}.", *threads]


def _turned_on(facts: FunctionFacts) -> str:
    if not facts.turned_on_by:
        return ""
    verb = "does" if len(facts.turned_on_by) == 1 else "do"
    return (
        f"{listed(facts.turned_on_by)} {verb} not declare support for running without the GIL:"
        " `advise --package NAME` looks at a whole package."
    )


def _scaling(found: Readiness) -> str:
    if found.threads is None:
        return ""
    each = found.threads.curve.runner.removeprefix(model_of(found.threads))
    return (
        f"{found.threads.x:.0f} threads{each} gave the same results as one and ran at"
        f" {measured(found.threads.y)}, where {found.possible:.2f}x is possible."
    )


def _contention(facts: FunctionFacts, found: Readiness) -> str:
    """What keeps threads from scaling: processes share no objects, and have the same cores and memory. Where
    a lock or a limit was found, that is said before."""
    if found.verdict is not Ready.DOES_NOT_SCALE or not found.processes or plateau(facts):
        return ""
    both = sessions(facts)
    if both and both.own_is_faster:
        return ""  # said before
    seen = f"processes ran at {measured(found.processes.y)}"
    if found.processes.y.low >= SCALES * found.possible:
        return (
            f"{seen.capitalize()}: something that threads share holds them up, such as a lock, or objects"
            f" whose reference counts they all change.{_to_tell(facts)}"
        )
    return f"{seen.capitalize()}, too: shared objects are not the bottleneck; memory bandwidth may be."


def _to_tell(facts: FunctionFacts) -> str:
    """What tells more; "" where a session of its own did not help."""
    if facts.own.setup:
        return ""
    return " If `--setup` makes it, one for all threads is also compared with one for each."


def _one_thread(facts: FunctionFacts) -> str:
    if facts.one_thread is None:
        return ""
    by = f"{measured(facts.one_thread)} the time it takes on {facts.gil_build}"
    return f"On one thread a call takes {by}."
