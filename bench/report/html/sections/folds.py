"""What of a page is folded, in its order, and what each fold says while it is closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench.core.observation import Failure
from bench.core.run import Plan
from bench.findings.collect import Answered
from bench.findings.text.figures import clipped, counted
from bench.findings.text.glossary import GLOSSARY
from bench.report.html.sections.timeline import TimelineSection

LONGEST = 110  # characters of what a fold says


@dataclass(frozen=True)
class Fold:
    """A fold: its id, its title, its line, and the template that lays out what is in it."""

    id: str
    title: str
    says: str
    template: str
    answered: Answered | None = None  # of a study
    printed: bool = True  # else it stays closed on paper


def part(id: str, title: str, says: str, *, printed: bool = True) -> Fold:
    """A fold with the template of its name."""
    return Fold(id, title, says, f"_{id}.html.j2", printed=printed)


def of_study(answered: Answered) -> Fold:
    """A study says the first sentence of its answer."""
    study, answer = answered.study, answered.answer
    says = answer.sentences[0] if answer.sentences else study.question
    return Fold(study.name, study.title, says, "_study_body.html.j2", answered)


def folds(page: dict[str, Any]) -> list[Fold]:
    """Those that a page has something in; ``page`` is the context of its template."""
    plan: Plan = page["plan"]
    rows, demos, command = page["rows"], page["demos"], page["command"]
    noted = f"{counted(len(page['notes']), 'note')} on the figures." if page["notes"] else ""
    parts = [
        (page["dispatch"], part("dispatch", "Overhead per task", "What each model adds to an empty task.")),
        (page["timeline"], part("timeline", "Timeline of tasks per worker", _drawn(page["timeline"]))),
        (page["claims"], part("claims", "Common claims, tested", page["tally"])),
        (demos, part("demos", "asyncio constructs, demonstrated", _shown(len(demos)), printed=False)),
        (
            (rows or page["studies"]) and (page["noise"] or noted),
            part("noise", "How far to trust these figures", f"{page['floor']} {noted}".strip()),
        ),
        (rows, part("data", "All measurements", f"{counted(len(rows), 'row')}: a workload under a model.")),
        (True, part("gaps", "Missing results", _missing(plan, page["failures"], len(page["unanswered"])))),
        (True, part("words", "Words", f"{len(GLOSSARY)} terms of the method, each in one sentence.")),
        (True, part("machine", "Machine and method", f"{page['about'][0]}.")),
        (True, part("reproduce", "Run it again", clipped(command, LONGEST) or f"Seed {plan.seed}.")),
    ]
    return [*map(of_study, page["folded_studies"]), *(fold for held, fold in parts if held)]


def _drawn(timeline: TimelineSection | None) -> str:
    """Of which workloads the tasks are drawn."""
    return f"Each task as a bar: {', '.join(timeline.families)}." if timeline else ""


def _shown(count: int) -> str:
    return f"{counted(count, 'construct')}: the code under each model, and who ran when."


def _missing(plan: Plan, failures: Sequence[tuple[Failure, list[int]]], unanswered: int) -> str:
    """How much is not there."""
    counts = [
        (len(plan.missing), "not available"),
        (sum(len(blocks) for _, blocks in failures), "failed"),
        (unanswered, f"{'study' if unanswered == 1 else 'studies'} not measured"),
    ]
    found = [f"{count} {what}" for count, what in counts if count]
    return f"{', '.join(found)}." if found else "Nothing is missing."
