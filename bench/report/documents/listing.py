"""The document of ``list``."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

from bench.core.catalog import WORKLOADS, modules_of
from bench.core.cell import Scalar
from bench.core.demo import DEMOS
from bench.core.registry import unknown
from bench.core.runner import RUNNERS
from bench.core.workload import Workload
from bench.environment.interpreter import Host
from bench.findings.claim import CLAIMS
from bench.planning.available import why_not
from bench.planning.study import STUDIES
from bench.report.documents import SCHEMA
from bench.report.exports import EXPORTS


@dataclass(frozen=True)
class ParameterEntry:
    """A workload's parameter."""

    name: str
    default: Scalar
    help: str


@dataclass(frozen=True)
class WorkloadEntry:
    """A workload."""

    label: str  # as -w takes it
    summary: str  # what one task does
    runners: Sequence[str]  # that can run it
    parameters: Sequence[ParameterEntry]
    in_all: bool  # `all` measures it
    lacks: str | None  # the command that installs what it needs here; null: it is available


@dataclass(frozen=True)
class RunnerEntry:
    """A concurrency model."""

    name: str  # as -r takes it
    summary: str
    use_for: str
    core: bool  # `all` measures it
    lacks: str | None  # why it is not available here; null: it is


@dataclass(frozen=True)
class NamedEntry:
    """A study and its question, an export format and its use, a claim, a demo."""

    name: str
    summary: str


@dataclass(frozen=True)
class ListingDocument:
    """What can be measured, shown and exported."""

    interpreter: str  # the one used unless --python names another
    gil: bool
    workloads: Sequence[WorkloadEntry]
    runners: Sequence[RunnerEntry]
    studies: Sequence[NamedEntry]
    formats: Sequence[NamedEntry]
    claims: Sequence[NamedEntry]
    demos: Sequence[NamedEntry]
    pythons: Sequence[str]  # others that --python takes by version
    schema: int = SCHEMA

    def of(self, name: str) -> "ListingDocument":
        """What has that name; of workloads with any client, of models with any start method. Raises
        UserError where nothing has it."""
        found = replace(
            self,
            workloads=[each for each in self.workloads if name in (each.label, each.label.partition("[")[0])],
            runners=[each for each in self.runners if name in (each.name, each.name.partition("[")[0])],
            studies=_named(self.studies, name),
            formats=_named(self.formats, name),
            claims=_named(self.claims, name),
            demos=_named(self.demos, name),
        )
        if not any((found.workloads, found.runners, found.studies, found.formats, found.claims, found.demos)):
            labels = (each.label for each in self.workloads)
            kinds = (self.runners, self.studies, self.formats, self.claims, self.demos)
            raise unknown("name", name, [*labels, *(each.name for kind in kinds for each in kind)])
        return found


def _named(entries: Sequence[NamedEntry], name: str) -> list[NamedEntry]:
    return [each for each in entries if each.name == name]


def listing_document(host: Host, pythons: Sequence[str]) -> ListingDocument:
    """All there is, as that interpreter has it."""
    return ListingDocument(
        interpreter=host.python.name,
        gil=host.python.gil,
        workloads=[workload_entry(kind, host) for kind in WORKLOADS.all],
        runners=[
            RunnerEntry(each.name, each.summary, each.use_for, each.core, why_not(each, host))
            for each in RUNNERS.with_variants
        ],
        studies=[NamedEntry(each.name, each.question) for each in STUDIES.all],
        formats=[NamedEntry(each.name, each.opens) for each in EXPORTS.all],
        claims=[NamedEntry(each.id, each.statement) for each in CLAIMS.all],
        demos=[NamedEntry(each.name, each.question) for each in DEMOS.all],
        pythons=pythons,
    )


def workload_entry(kind: type[Workload], host: Host) -> WorkloadEntry:
    """A workload as that interpreter has it."""
    absent = host.lacks(modules_of(kind))
    return WorkloadEntry(
        label=kind.label(),
        summary=(kind.__doc__ or "").strip().splitlines()[0],
        runners=[runner.name for runner in RUNNERS.all if runner.flavour in kind.flavours],
        parameters=[
            ParameterEntry(each.name, cast(Scalar, each.default), str(each.metadata.get("help", "")))
            for each in kind.parameters()
        ],
        in_all=kind.in_all,
        lacks=host.install(absent) if absent else None,
    )
