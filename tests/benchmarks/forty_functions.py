"""What ``advise`` says of forty functions of known kind, held against what is right.

    python -m tests.benchmarks.forty_functions [--python PYTHON] [NAME ...]

Prints a line for each: right, wrong or "can't tell", the advice, and seconds. Half of them are of the kinds that
people ask about in public. Machines that give fewer than 1.5 cores leave what computes untold. Without a GIL, threads
are as right as processes for what computes.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench import UserError, run
from bench.analysis.function_rows import chunk_of, is_sent, model_of
from bench.core.user_function import Compared
from bench.findings.advice.caps import Cap
from bench.findings.advice.facts import FunctionFacts, facts
from bench.findings.advice.rules import Action, Advised, advised
from tests.benchmarks import forty

HERE = forty.__file__
UNTOLD = (Action.UNRESOLVED, Action.NO_CORES)
THREADS, PROCESSES, LOOP = (
    ("threading",),
    ("multiprocessing", "interpreters", "processes-threads"),
    ("asyncio",),
)

Check = Callable[[FunctionFacts, Advised], bool]


@dataclass(frozen=True)
class Case:
    """A function, and what is right of it."""

    name: str
    action: Action | None  # None: it is refused in a sentence
    models: Sequence[str] = ()  # one of which is advised
    also: Check = lambda facts, found: True
    cap: Cap | None = None
    refusal: str = ""  # a part of the sentence
    options: dict[str, str] = field(default_factory=dict)
    is_async: bool = False


def has(**own: object) -> Check:
    """These fields of ``Own``."""
    return lambda facts, found: all(getattr(facts.own, name) == value for name, value in own.items())


def holds_gil(*seen: bool | None) -> Check:
    """What was seen is one of these, where there is a GIL."""
    return lambda facts, found: not facts.gil or facts.holds_gil in seen


def in_chunks(facts: FunctionFacts, found: Advised) -> bool:
    """Processes are sent several calls at a time; threads need not be."""
    return model_of(found.models[0]) in THREADS or chunk_of(found.models[0]) > 1


CASES = (
    Case("hands_over", Action.LIFT, cap=Cap.EXECUTOR, is_async=True),
    Case("limited_by_anyio", Action.LIFT, cap=Cap.ANYIO, is_async=True),
    Case("limited_to_5", Action.ASK, cap=Cap.LIMIT, is_async=True),
    Case("blocks_partly", Action.UNBLOCK, is_async=True),
    Case("blocks", Action.MAKE_DEF, THREADS, is_async=True),
    Case("with_session", Action.RUN, LOOP, options={"setup": f"{HERE}:session"}, is_async=True),
    Case("children_compute", Action.RUN, (*THREADS, *PROCESSES), lambda facts, _: facts.children_compute),
    Case("waits_in_lock", Action.ASK, cap=Cap.LOCK),
    Case("waits_in_semaphore", Action.ASK, cap=Cap.LIMIT),
    Case("multiplies", Action.LEAVE, also=lambda facts, _: facts.own_threads or facts.own.spins),
    Case("tiny", Action.RUN, PROCESSES, in_chunks),
    Case("rows", Action.RUN, PROCESSES),
    Case("slow", Action.RUN, THREADS),
    Case("random_result", Action.RUN, THREADS, has(compared=Compared.NONE)),
    Case("own_threads", Action.LEAVE, also=lambda facts, _: facts.own_threads),
    Case("second_call_fails", None, refusal="was the first to fail"),
    Case("cached", Action.UNCACHE),
    Case(
        "total",
        Action.RUN,
        PROCESSES,
        lambda facts, _: any(map(is_sent, facts.points)),
        options={"setup": f"{HERE}:numbers"},
    ),
    Case("set_result", Action.RUN, THREADS, has(compared=Compared.WITHIN_PROCESS)),
    Case("hashes_in_lock", Action.ASK, cap=Cap.LOCK),
    Case("sleeps", Action.RUN, THREADS),
    Case("computes", Action.RUN, PROCESSES, holds_gil(True)),
    Case("hashes", Action.RUN, THREADS, holds_gil(False)),
    Case("compresses", Action.RUN, THREADS, holds_gil(False)),
    Case("writes_json", Action.RUN, PROCESSES, holds_gil(True, None)),
    Case("searches", Action.RUN, PROCESSES, holds_gil(True, None)),
    Case("awaits", Action.RUN, LOOP, is_async=True),
    Case("brief", Action.RUN, PROCESSES, in_chunks),
    Case("child_waits", Action.RUN, THREADS),
    Case("reads_file", Action.RUN, PROCESSES),
    Case("waits_and_computes", Action.RUN, PROCESSES),
    Case("generates", None, refusal="it is a generator"),
    Case("returns_lock", Action.RUN, THREADS, lambda facts, _: "multiprocessing" in facts.void),
    Case("unnamed", Action.RUN, PROCESSES, has(argument_bytes=-1)),
    Case("Counts.method", None, refusal="give its class with --setup"),
    Case("partial", Action.RUN, PROCESSES),
    Case("not_thread_safe", Action.RUN, PROCESSES, lambda facts, _: "threading" in facts.void),
    Case("pickles", Action.RUN, PROCESSES),
    Case("refused_above_5", Action.RUN, THREADS, lambda facts, found: found.models[0].x <= 5),
    Case("computes_async", Action.RUN, (*PROCESSES, "processes-asyncio"), is_async=True),
)


def asked(case: Case, folder: str, python: str) -> tuple[str, str]:
    """The outcome, and what was said."""
    target = {"async_function" if case.is_async else "function": f"{HERE}:{case.name}"}
    try:
        saved = run(out=folder, pythons=[python] if python else [], **target, **case.options)
    except UserError as error:
        wanted = case.action is None and case.refusal in str(error)
        return "right" if wanted else "wrong", str(error)
    build = min(
        saved.findings.builds, key=lambda build: build.summary.python.gil
    )  # it may have one beside it
    seen = facts(build.summary)
    assert seen is not None
    found = advised(seen)
    models = [model_of(point) for point in found.models]
    said = " ".join([found.action, *models[:1], *([found.plateau.cap] if found.plateau else [])])
    cores = seen.effective_cores
    said += f" ({cores.median:.1f} cores)" if cores else ""
    fitting = case.models if seen.gil or not set(PROCESSES) & set(case.models) else (*case.models, *THREADS)
    right = found.action is case.action and (not fitting or (bool(models) and models[0] in fitting))
    right = right and case.also(seen, found)
    if right and (not case.cap or (found.plateau and found.plateau.cap is case.cap)):
        return "right", said
    return "can't tell" if found.action in UNTOLD or seen.cores_lacked else "wrong", said


def main() -> None:
    words = sys.argv[1:]
    python = words.pop(1) if words[:1] == ["--python"] else ""
    names = [word for word in words if word != "--python"]
    counts: Counter[str] = Counter()
    took: list[float] = []
    shutil.rmtree(forty.SERVICE, ignore_errors=True)
    for case in (case for case in CASES if not names or case.name in names):
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            outcome, said = asked(case, str(Path(folder)), python)
        took.append(time.monotonic() - began)
        counts[outcome] += 1
        print(f"{outcome:10}  {took[-1]:5.1f} s  {case.name:20}  {said[:110]}", flush=True)
    print(f"{dict(counts)}; median {median(took):.1f} s, longest {max(took):.1f} s")


if __name__ == "__main__":
    main()
