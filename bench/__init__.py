"""Measure Python's concurrency models against each other on the same work.

``run`` measures and ``load`` reads a saved run; both return a ``SavedRun``. Mistakes raise ``UserError``. The
other names are for extensions, each in a file of its package or behind an entry point of the group named:

- a workload (``bench.workloads``): ``Workload``, ``param``, ``Bound``, ``Flavour``, ``Env``
- a model (``bench.runners``): ``Runner``, ``Job``, ``Pool``, ``InProcess``, ``Worker``, ``gil_enabled``,
  ``Batch``, ``timed``, ``timed_async``, ``Span``
- a study (``bench.studies``): ``Study``, ``StudyScope``, ``CellRequest``, ``Answer``
- a claim (``bench.claims``): ``claim``, ``Claim``, ``Criterion``, ``Judgement``, ``judged``, ``within``
- a question (``bench.questions``): ``question``, ``Question``, ``Reply``
- a format (``bench.exports``): ``Export``
- a check of the machine (``bench.checks``): ``Check``, ``Scene``, ``Finding``
- a demo (only in ``workloads/patterns``): ``Demo``, ``say``, ``Trace``, ``Figures``
"""

from importlib import import_module as _import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bench.api.measure import run
    from bench.core.batch import Batch, Span, timed, timed_async
    from bench.core.demo import Demo, Figures, Trace, say
    from bench.core.errors import UserError
    from bench.core.run import Finding
    from bench.core.runner import InProcess, Job, Pool, Runner, Worker, gil_enabled
    from bench.core.workload import Bound, Env, Flavour, Workload, param
    from bench.environment.checks import Check, Scene
    from bench.findings.answer import Answer
    from bench.findings.claim import Claim, Criterion, Judgement, claim, judged, within
    from bench.findings.question import Question, Reply, question
    from bench.planning.study import CellRequest, Study, StudyScope
    from bench.report.exports import Export
    from bench.report.saved_run import SavedRun, load

__version__ = "0.1.0"
__all__ = ["SavedRun", "UserError", "__version__", "load", "run"]
__all__ += ["Bound", "Env", "Flavour", "Workload", "param"]
__all__ += ["InProcess", "Job", "Pool", "Runner", "Worker", "gil_enabled"]
__all__ += ["Batch", "Span", "timed", "timed_async"]
__all__ += ["Answer", "CellRequest", "Study", "StudyScope"]
__all__ += ["Claim", "Criterion", "Judgement", "claim", "judged", "within"]
__all__ += ["Question", "Reply", "question"]
__all__ += ["Check", "Export", "Finding", "Scene"]
__all__ += ["Demo", "Figures", "Trace", "say"]

_NAMES_IN = {
    "api.measure": "run",
    "core.batch": "Batch Span timed timed_async",
    "core.demo": "Demo Figures Trace say",
    "core.errors": "UserError",
    "core.run": "Finding",
    "core.runner": "InProcess Job Pool Runner Worker gil_enabled",
    "core.workload": "Bound Env Flavour Workload param",
    "environment.checks": "Check Scene",
    "findings.answer": "Answer",
    "findings.claim": "Claim Criterion Judgement claim judged within",
    "findings.question": "Question Reply question",
    "planning.study": "CellRequest Study StudyScope",
    "report.exports": "Export",
    "report.saved_run": "SavedRun load",
}
_HOME = {name: f"bench.{module}" for module, names in _NAMES_IN.items() for name in names.split()}

if not TYPE_CHECKING:  # else every name would be one of this module's

    def __getattr__(name: str) -> Any:
        """Load names lazily: measured processes, which import this package too, need few of them, and a
        command must be able to handle an interrupt soon after it starts."""
        if name not in _HOME:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(_import_module(_HOME[name]), name)

    def __dir__() -> list[str]:
        """What is here, loaded or not."""
        return sorted({*globals(), *__all__})
