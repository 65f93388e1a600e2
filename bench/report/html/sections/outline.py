"""The order of a page: which studies stand open, which are folded, and the entries of the navigation."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.findings.collect import Answered, Build
from bench.planning.study import Study

FIRST = "turns"  # right under the headline
THEN = (("scaling", "sweep"), ("where",))  # after the speed-up: of each the first that the run has
MOST_ENTRIES = 6  # of the navigation
LONGEST_ENTRY = 18
Entry = tuple[str, str]  # the section's id, and its name in the navigation


@dataclass(frozen=True)
class Outline:
    """The studies of a build in the order of its page: before the comparison, after it, and folded."""

    before: Sequence[Answered]
    after: Sequence[Answered]
    folded: Sequence[Answered]


def outline(build: Build) -> Outline:
    """A run of studies alone has them open, as many as the navigation has room for."""
    answered = {each.study.name: each for each in build.answered}
    if build.studies_alone:
        before, after = list(answered.values())[: MOST_ENTRIES - 1], []
    else:
        before = [answered[FIRST]] if FIRST in answered else []
        after = [found[0] for names in THEN if (found := [answered[n] for n in names if n in answered])]
    folded = [each for each in answered.values() if each not in before + after]
    return Outline(before, after, folded)


def entries(parts: Outline, *, rows: bool) -> list[Entry]:
    """The navigation of the page of one build; ``rows``: it has a comparison."""
    compared = [("questions", "What to use"), ("speedup", "Speed-up")] if rows else []
    before = [(each.study.name, entry(each.study)) for each in parts.before]
    after = [(each.study.name, entry(each.study)) for each in parts.after]
    return [*before, *compared, *after, ("details", "Details")]


def entry(study: Study) -> str:
    """A study's name in the navigation: the title if it is short, else the name."""
    return study.title if len(study.title) <= LONGEST_ENTRY else study.name.replace("-", " ").capitalize()
