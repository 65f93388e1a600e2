"""A session for each thread, in sentences."""

from bench.core.observation import Cause
from bench.findings.advice.facts import FunctionFacts
from bench.findings.advice.sessions import Sessions, sessions
from bench.findings.text.figures import measured, times

HOW = "`ThreadPoolExecutor(initializer=...)` opens one in each thread, kept in a `threading.local()`"


def each_its_own(facts: FunctionFacts) -> str:
    """What a session for each thread changes; "" where that was not measured."""
    if facts.own.bound_session:
        return f"Its session works only in the thread that opened it, so each thread had its own. {HOW}."
    found = sessions(facts)
    return _beside(found) if found else ""


def _beside(found: Sessions) -> str:
    own = f"with a session each, {found.own.x:.0f} threads run at {measured(found.own.y, times)}"
    if found.shared is None:
        wrong = found.failure is not None and found.failure.cause is Cause.WRONG_RESULT
        fault = "results are wrong" if wrong else "they fail"
        return f"Where threads share one session {fault}; {own}. {HOW}."
    both = f"{own}, with one for all at {measured(found.shared.y, times)}"
    if found.own_is_faster:
        return f"Threads wait for each other in the session that they share: {both}. {HOW}."
    if found.own_is_slower:
        return f"One session for all threads is better than one for each: {both}."
    return f"One session for all threads is enough: {both}."
