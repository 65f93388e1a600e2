"""What each build says: claims, studies, what it is and what it lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.analysis.builds import Builds, build_of
from bench.analysis.summary import Summary
from bench.findings.collect import Findings
from bench.findings.text.figures import UNKNOWN
from bench.report.html.sections.ledger import LOOKS
from bench.report.html.sections.machine import describe


@dataclass(frozen=True)
class Verdict:
    """A claim's verdict on a build. ``link``: to what decided it, on the build's page."""

    word: str
    css: str
    glyph: str
    because: str
    link: str


@dataclass(frozen=True)
class Claim:
    """A claim on every build."""

    statement: str
    condition: str
    verdicts: Sequence[Verdict]

    @property
    def differs(self) -> bool:
        return len({verdict.word for verdict in self.verdicts}) > 1


@dataclass(frozen=True)
class Study:
    """A study's first sentence on every build that answers it."""

    name: str
    title: str
    question: str
    said: Sequence[tuple[str, str]]  # build, sentence


@dataclass(frozen=True)
class Interpreter:
    """A build, in words."""

    name: str
    file: str
    described: str
    executable: str
    gil: str
    packages: str


def claims(found: Mapping[str, Findings], files: Mapping[str, str]) -> list[Claim]:
    """The ledger, those claims first whose verdicts differ."""
    ledgers = [each.judged for each in found.values()]
    made = []
    for entries in zip(*ledgers, strict=True):
        verdicts = []
        for file, each in zip(files.values(), entries, strict=True):
            css, glyph = LOOKS[each.judgement.verdict]
            link = f"./{file}#claim-{each.claim.id}"
            verdicts.append(Verdict(each.judgement.verdict, css, glyph, each.judgement.because, link))
        made.append(Claim(entries[0].claim.statement, entries[0].claim.condition, verdicts))
    return sorted(made, key=lambda claim: not claim.differs)


def studies(found: Mapping[str, Findings]) -> list[Study]:
    """What the studies say, in the order of the report."""
    by_name: dict[str, Study] = {}
    for build, each in found.items():
        for answered in each.answered:
            study = answered.study
            said = by_name[study.name].said if study.name in by_name else ()
            sentence = answered.answer.sentences[0] if answered.answer.sentences else UNKNOWN
            by_name[study.name] = Study(study.name, study.title, study.question, (*said, (build, sentence)))
    return list(by_name.values())


def interpreters(builds: Builds, files: Mapping[str, str]) -> list[Interpreter]:
    """What was measured on."""
    return [_interpreter(summary, files) for summary in builds.summaries]


def _interpreter(summary: Summary, files: Mapping[str, str]) -> Interpreter:
    python = build_of(summary)
    packages = [f"{name} {version}" for name, version in python.packages.items()]
    return Interpreter(
        name=python.name,
        file=f"./{files[python.name]}",
        described=describe(python),
        executable=python.executable,
        gil=_gil(summary),
        packages=", ".join(packages) or "none of the clients",
    )


def _gil(summary: Summary) -> str:
    """The GIL as it started and as the cells saw it after their imports."""
    python = build_of(summary)
    seen = {observation.gil for observation in summary.run.observations if observation.gil is not None}
    if python.gil or True not in seen:
        return "on" if python.gil else "off"
    by = sorted(
        {observation.gil_by or "a library" for observation in summary.run.observations if observation.gil}
    )
    where = "in every cell" if seen == {True} else "in some cells"
    return f"off as it started, turned on {where} by {', '.join(by)}"
