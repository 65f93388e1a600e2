"""The advice speaks with one voice: no sentence of it contradicts another, whatever was found out.

Every combination of what decides a verdict is a case; of these, each with a number that a prime divides is
looked at, which has every pair of them, and all verdicts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice, product

from bench.analysis.curves import CurvePoint
from bench.analysis.statistics import estimate
from bench.core.observation import Cause, Failure, Stage
from bench.core.run import Missing
from bench.findings.advice.caps import Cap, plateau
from bench.findings.advice.facts import FunctionFacts
from bench.findings.advice.free_threading import Ready, readiness
from bench.findings.advice.rules import Action, advised
from bench.findings.text import free_threading
from bench.findings.text.advice import sentences
from tests.unit.analysis.test_advice import facts, way

STEP = 401
MODELS = ("threading", "multiprocessing", "asyncio")
TO_DO = ("Run ", "Make ", "Leave ", "Move what", "Enlarge ", "Raise anyio", "It is unresolved", "No model")
CAPPED = (Action.LIFT, Action.ASK, Action.MAKE_DEF, Action.UNBLOCK)
ways = cache(way)
TWO, ONE = estimate([2.0] * 6), estimate([1.1] * 6)
SPEEDUPS = {  # of 2, 16 and 64 in flight, with the cores that each uses
    "loses": ((0.4, 1.0), (0.4, 1.0)),
    "crosses": ((0.4, 1.0), (4.0, 0.5)),
    "flat": ((1.0, 1.0), (1.0, 1.0)),
    "cores": ((1.9, 1.9), (1.95, 1.95)),
    "one at a time": ((1.0, 0.1), (1.0, 0.1)),
    "six": ((1.9, 0.1), (6.0, 0.2), (6.0, 0.2)),
    "forty": ((1.9, 0.1), (15.5, 0.2), (39.5, 0.3)),
    "all": ((1.9, 0.1), (15.5, 0.4)),
    "fails": ((1.9, 0.1), (8.0, 0.4)),  # with 64
    "races": ((1.9, 1.9), (8.0, 1.9)),  # and is wrong now and then
}


@dataclass(frozen=True)
class Case:
    """What was found out about a function."""

    share: float  # of waiting
    form: str
    held: float
    gil_share: float
    gil: bool
    threading: str
    multiprocessing: str
    asyncio: str
    cores: int
    seen: str  # of what runs beside it
    own_session: str  # for each thread

    def is_possible(self) -> bool:
        has_loop = self.form != "sync"
        waits_little = self.share == 0.0
        return (
            (has_loop or (self.asyncio == "none" and not self.held and not self.seen))
            and (self.gil or self.gil_share < 0)
            and not (waits_little and {self.threading, self.asyncio} & {"six", "forty", "all", "fails"})
            and (self.own_session == "none" or self.form == "sync")
            and not (self.cores == 1 and "cores" in (self.threading, self.multiprocessing))
        )

    @property
    def facts(self) -> FunctionFacts:
        models = {name: getattr(self, name) for name in MODELS}
        points = [
            point for name, kind in models.items() for point in of_model(name, kind) if kind in SPEEDUPS
        ]
        points += of_model("threading with a session each", self.own_session)
        void = {name: VOID[kind] for name, kind in models.items() if kind in VOID}
        return facts(
            *points,
            share=self.share,
            held=self.held,
            gil_share=self.gil_share,
            executor=6 if self.seen == "executor" else 0,
            anyio=self.seen == "anyio",
            cpu=0.04 if self.seen == "own threads" else 0.02 * (1 - self.share),
            loop_line="/a/app.py:3 in work" if self.held else "",
            function="" if self.form == "async" else "m:f",
            async_function="" if self.form == "sync" else "m:g",
            setup="" if self.own_session == "none" else "m:s",
            gil=self.gil,
            free_threaded=not self.gil,
            effective_cores=TWO if self.cores == 2 else ONE,
            void=void,
            void_from={name: 64 for name, kind in models.items() if kind == "fails"},
        )


VOID = {
    "cannot": Missing("", "", "TypeError: cannot pickle"),
    "wrong": Failure(0, "", Stage.BATCH, "task 3: it returned 7", Cause.WRONG_RESULT),
    "fails": Failure(0, "", Stage.BATCH, "task 3: OSError: 429"),
    "races": Failure(0, "", Stage.BATCH, "task 3: it returned 7", Cause.WRONG_RESULT),
}


def of_model(name: str, kind: str) -> list[CurvePoint]:
    seen = zip((2, 16, 64), SPEEDUPS.get(kind, ()), strict=False)
    return [ways(name, many, gain, used=used, limit=float(many)) for many, (gain, used) in seen]


def cases() -> Iterator[Case]:
    found = product(
        (0.0, 0.5, 0.99),
        ("sync", "async", "twin"),
        (0.0, 0.006, 0.02),
        (-1.0, 0.0, 0.9),
        (True, False),
        ("none", "cannot", "wrong", *SPEEDUPS),
        ("none", "cannot", "flat", "cores", "all"),
        ("none", "flat", "six", "forty", "all", "fails"),
        (2, 1),
        ("", "executor", "anyio", "own threads"),
        ("none", "flat", "cores", "all"),
    )
    chosen = (Case(*values) for values in islice(found, 0, None, STEP))
    return (case for case in chosen if case.is_possible())


def contradictions(case: Case) -> Iterator[str]:
    """What of the advice does not go with the rest of it."""
    found = case.facts
    action, said, ready = advised(found).action, sentences(found), free_threading.sentences(found)
    first, text = said[0], " ".join(said + ready)
    advised_model = next((each for each in MODELS if f"under {each}" in first), "none")
    if not first.startswith(TO_DO):
        yield "the first sentence does not say what to do"
    if any(sentence.startswith(TO_DO) for sentence in (said + ready)[1:]):
        yield "another sentence says what to do, too"
    if sum(each in text for each in ("releases the GIL", "holds the GIL", "This build has no GIL")) > 1:
        yield "the GIL is released, held, or not there"
    own_session = "a session for each thread" in first
    threads_advised = (advised_model == "threading" and not own_session) or "run it in threads" in first
    if threads_advised and ("threads make it" in text or "not safe under threading" in text):
        yield "threads are advised, and lose or are not safe"
    if "Threads wait for each other in the session" in text and "plain loop unless" in first:
        yield "what serialises it is known, and asked about"
    if f"{advised_model} cannot run it" in text or (threads_advised and "threading cannot" in text):
        yield "a model is advised that cannot run it"
    if "the most that were tried" in text and f"Under {advised_model} it fails with" in text:
        yield "more were tried, and failed"
    if action in CAPPED and "multiprocessing" in text.replace("multiprocessing cannot run it", ""):
        yield "a cap is answered by processes"
    if action in (Action.LIFT, Action.ASK) and "rocesses ran at" in text:
        yield "a cap is held against processes"
    if action is not Action.RUN and ("many calls can wait" in text or "tied with" in text):
        yield "nothing is run under a model, and yet gains"
    if action is Action.LEAVE and any("as fast as a plain loop" in sentence for sentence in said):
        yield "a plain loop, and something faster"
    if more_than_allowed(found, text):
        yield "more calls a second than the loop allows"


def more_than_allowed(found: FunctionFacts, text: str) -> bool:
    """Whether the loop did far more calls a second than it is said to be able to."""
    allowed = 1 / found.held_s if found.held_s else 1e9
    rates = [rate.median for point in found.of("asyncio") if (rate := point.figure("tasks_per_s"))]
    return "calls a second" in text and max(rates, default=0.0) > 1.25 * allowed


def test_no_sentence_contradicts_another_whatever_was_found() -> None:
    wrong: list[str] = []
    actions: set[Action] = set()
    caps: set[Cap] = set()
    verdicts: set[Ready] = set()
    for case in cases():
        found = case.facts
        wrong += [f"{why}: {case}: {sentences(found)}" for why in contradictions(case)]
        actions.add(advised(found).action)
        caps |= {cap.cap} if (cap := plateau(found)) else set()
        verdicts |= {ready.verdict} if (ready := readiness(found)) else set()
    assert not wrong, "\n".join(wrong[:10])
    # No case is without any result, cached, with an interval too wide, with a module's GIL, or dearer.
    assert actions == set(Action) - {Action.FIX, Action.UNCACHE, Action.UNRESOLVED}
    assert caps == set(Cap)
    assert verdicts == set(Ready) - {Ready.GIL_ON, Ready.DEARER}
