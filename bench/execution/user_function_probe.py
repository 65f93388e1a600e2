"""Probe of the user function before planning: how long a call takes, and whether it can be measured."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from bench.core.errors import UserError
from bench.core.observation import Cause
from bench.core.sanitize import one_line
from bench.core.user_function import Compared, Own
from bench.environment.interpreter import Host
from bench.execution.child_process import LONGEST_REASON, Place, StopCheck, exchange
from bench.execution.watchdog import Watchdog

CALLS, SECONDS = 200, 1.5  # at most, one after another
SHARE_OF_CALLS, LEAST_CALLS = 10, 3
GROUP_S = 5e-4  # of a task of several calls
LEAST_TASKS = 200
ONCE_MORE_S = 4.0  # of a call: one more is made in another process
TIMEOUT_S = 30.0
LONGEST_S, SHORTEST_S = 15.0, 50e-6  # of a call: measurable in a minute, and a task by itself
STAGES = {  # where it failed: the problem, and what to do
    "import": ("cannot be loaded", ""),
    "kind": ("cannot be measured like this", ""),
    "signature": ("cannot be called", "; give its arguments with --args, as JSON"),
    "setup": ("cannot be set up", ""),
}


def calls_of_look(own: Own) -> int:
    """Largest number of calls of the first look: few of few."""
    return min(CALLS, max(own.calls // SHARE_OF_CALLS, LEAST_CALLS)) if own.calls else CALLS


def probe_function(
    own: Own, host: Host, links: str, watchdog: Watchdog, must_stop: StopCheck = lambda pid: None
) -> Own:
    """The function with its time per call and its answer. Raises UserError for one that cannot be measured,
    with the reason and what to do."""
    name = own.title()
    place = Place(host.executable, links, host.environment)

    def look(calls: int, seconds: float) -> dict[str, Any]:
        question = {"own": asdict(own), "calls": calls, "seconds": seconds}
        return looked(name, question, place, watchdog, must_stop)

    answer = look(calls_of_look(own) - 1, SECONDS)
    if answer["stage"]:
        problem, hint = STAGES[answer["stage"]]
        raise UserError(f"{name} {problem}: {answer['reason']}{hint}.")
    if answer["failed"]:
        raise UserError(
            f"{name} failed in {answer['failed']} of {answer['calls']} calls ({answer['error']}): fix that"
            " first: batches with failed calls are discarded."
        )
    seconds = answer["seconds"]
    if seconds > LONGEST_S:
        raise UserError(
            f"{name} takes {seconds:.0f} s per call, too long to be repeated often enough; give it less to do"
            " with --args."
        )
    calls = answer["calls"]
    elsewhere: list[str] = answer["answers"]
    if len(elsewhere) == 1 and seconds < ONCE_MORE_S:
        again = look(1, 0.0)  # by another process, with other hashes, another id and other random numbers
        calls += again.get("calls", 0)
        elsewhere = again.get("answers", [])
    compared = compared_by(answer["answers"], elsewhere)
    group = group_of(seconds, own.calls)
    return replace(
        own,
        seconds=group * seconds,
        waits=group * max(seconds - answer["cpu"], 0.0),
        cpu=group * answer["cpu"],
        children=group * answer["children"],
        first=answer["first"],
        held=group * answer.get("held", 0.0),
        loop_line=answer.get("loop_line", ""),
        gil_share=answer.get("gil_share", -1.0),
        gil_line=answer.get("gil_line", ""),
        executor=answer.get("executor", 0),
        anyio=answer.get("anyio", False),
        group=group,
        answer=answer["answers"][0] if compared is Compared.ALL else "",
        result_bytes=answer["bytes"],
        compared=compared,
        calls=max((own.calls - calls) // group, 1) if own.calls else 0,
    )


def group_of(seconds: float, calls: int) -> int:
    """How many calls are one task: one, or of short calls as many as take about half a millisecond."""
    if seconds >= SHORTEST_S:
        return 1
    many = 1 << math.ceil(math.log2(GROUP_S / seconds))
    return min(many, max(calls // LEAST_TASKS, 1)) if calls else many


def compared_by(answers: Sequence[str], elsewhere: Sequence[str]) -> Compared:
    """Which results can be compared, by the digests of those of one process and of another."""
    if len(answers) > 1 or "" in answers:
        return Compared.NONE
    return Compared.ALL if answers == elsewhere else Compared.WITHIN_PROCESS


def looked(
    name: str, question: object, place: Place, watchdog: Watchdog, must_stop: StopCheck
) -> dict[str, Any]:
    """What a process says that calls the function. Raises UserError where it says nothing."""
    try:
        got = exchange(["bench.worker.look"], question, place, watchdog, TIMEOUT_S, must_stop)
    except OSError as error:
        raise UserError(f"{place.executable} cannot be started: {error.strerror}.") from None
    if got.ended:
        late = got.ended.cause is Cause.TIMEOUT
        why = f"it did not return within {TIMEOUT_S:.0f} s" if late else got.ended.why
        raise UserError(f"{name} was ended: {why}; give it less to do with --args.")
    try:
        answer: dict[str, Any] = json.loads(got.line)
    except (ValueError, RecursionError):
        ended = one_line(got.early_end(), LONGEST_REASON)
        raise UserError(f"{name} could not be called: the process {ended}.") from None
    return answer
