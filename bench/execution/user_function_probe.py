"""Probe of the user function before planning: how long a call takes, and whether it can be measured."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from bench.core.errors import UserError
from bench.core.observation import Cause, Stage
from bench.core.sanitize import one_line
from bench.core.user_function import Compared, Own
from bench.environment.interpreter import Host
from bench.execution.child_process import LONGEST_REASON, Place, StopCheck, exchange
from bench.execution.watchdog import Watchdog

CALLS, SECONDS = 200, 0.8  # at most, one after another
SHARE_OF_CALLS, LEAST_ROUNDS = 10, 3  # rounds of the inputs
GROUP_S = 5e-4  # of a task of several calls
LEAST_TASKS = 200
ONCE_MORE_S = 4.0  # of a call: one more is made in another process
TIMEOUT_S = 30.0
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
SEVERAL_THREADS = 1.3  # times as much, at least, where several threads work on a call
ALONE_S = 0.3  # that it is looked at with one thread
LONGEST_S = 15.0  # of a round of the inputs: measurable in a minute
SHORTEST_S = 50e-6  # of a call that is a task by itself
STAGES = {  # where it failed: the problem, and what to do
    "import": ("cannot be loaded", ""),
    "kind": ("cannot be measured like this", ""),
    "signature": ("cannot be called", "; give its arguments with --args, as JSON"),
    "setup": ("cannot be set up", ""),
}


def calls_of_look(own: Own) -> int:
    """Largest number of calls of the first look: few of few."""
    most = min(CALLS, own.calls // SHARE_OF_CALLS) if own.calls else CALLS
    return max(most, LEAST_ROUNDS * own.round)


def probe_function(
    own: Own, host: Host, links: str, watchdog: Watchdog, must_stop: StopCheck = lambda pid: None
) -> Own:
    """The function with its time per call and its answer. Raises UserError for one that cannot be measured,
    with the reason and what to do."""
    name = own.title()
    place = Place(host.executable, links, host.environment)

    def look(calls: int, seconds: float, place: Place = place) -> dict[str, Any]:
        question = {"own": asdict(own), "calls": calls, "seconds": seconds}
        return looked(name, question, place, watchdog, must_stop)

    answer = look(calls_of_look(own) - own.round, SECONDS)
    if answer["stage"]:
        problem, hint = STAGES[answer["stage"]]
        raise UserError(f"{name} {problem}: {answer['reason']}{hint}.")
    if answer["failed"]:
        raise UserError(
            f"{name} failed in {answer['failed']} of {answer['calls']} calls ({answer['error']}):"
            f" {remedy(answer)}."
        )
    seconds = answer["seconds"]
    if fault := too_long(own, seconds):
        raise UserError(f"{name} {fault}.")
    calls = answer["calls"]
    here: list[list[str]] = answer["answers"]
    elsewhere = here
    if all(len(known) == 1 for known in here) and seconds * own.round < ONCE_MORE_S:
        again = look(
            own.round, 0.0
        )  # by another process, with other hashes, another id, other random numbers
        calls += again.get("calls", 0)
        elsewhere = again.get("answers", [])
    own = replace(own, cpu=answer["cpu"], waits=max(seconds - answer["cpu"], 0.0))
    left = calls_of_look(own) - calls
    if answer["spins"] and own.cpu > SEVERAL_THREADS * seconds and left >= 2 * own.round:
        with_one = replace(place, environment={**place.environment, **ONE_THREAD})
        alone = look(left, ALONE_S, with_one)
        calls += alone.get("calls", 0)
        own = without_spinning(own, seconds, alone)
    compared = compared_by(here, elsewhere)
    group = group_of(seconds, own.calls, own.round)
    return replace(
        own,
        seconds=group * seconds,
        waits=group * own.waits,
        cpu=group * own.cpu,
        children=group * answer["children"],
        first=answer["first"],
        held=group * answer.get("held", 0.0),
        loop_line=answer.get("loop_line", ""),
        gil_share=answer.get("gil_share", -1.0),
        gil_line=answer.get("gil_line", ""),
        bound_session=answer.get("bound_session", False),
        executor=answer.get("executor", 0),
        anyio=answer.get("anyio", False),
        group=group,
        answer=" ".join(known for (known,) in here) if compared is Compared.ALL else "",
        result_bytes=answer["bytes"],
        argument_bytes=answer["argument_bytes"],
        cached=answer["cached"],
        changes=answer["changes"],
        compared=compared,
        calls=max((own.calls - calls) // group, 1) if own.calls else 0,
    )


def without_spinning(own: Own, seconds: float, alone: Mapping[str, Any]) -> Own:
    """The function with the CPU time that it takes where libraries have one thread, if it hardly takes longer
    there: what other threads do for it then is no work."""
    if alone["stage"] or alone["failed"] or alone["seconds"] > SEVERAL_THREADS * seconds:
        return own
    return replace(own, cpu=alone["cpu"], waits=max(alone["seconds"] - alone["cpu"], 0.0), spins=True)


def remedy(answer: Mapping[str, Any]) -> str:
    """What to do about failed calls, by whether the first one failed."""
    if answer["failed_at"] == 1:
        return "fix that first: batches with failed calls are discarded"
    return (
        f"call {answer['failed_at']} was the first to fail; if it uses something up, create that anew in each"
        " call; otherwise fix that first"
    )


def too_long(own: Own, seconds: float) -> str:
    """Why calls of so many seconds take too long; "" if they do not."""
    if seconds * own.round <= LONGEST_S:
        return ""
    if own.round == 1:
        return (
            f"takes {seconds:.0f} s per call, too long to repeat often enough; give it less work through"
            " --args"
        )
    return (
        f"takes {seconds * own.round:.0f} s for its {own.round:,} inputs, one after another, too long to"
        " repeat often enough; give it fewer inputs, or less work"
    )


def group_of(seconds: float, calls: int, inputs: int = 1) -> int:
    """How many calls are one task: one, or of short calls as many as take about half a millisecond; of
    several inputs whole rounds and one call more, so that each of them is the last of some task."""
    if seconds >= SHORTEST_S:
        return 1
    many = 1 << math.ceil(math.log2(GROUP_S / seconds))
    if calls:
        many = min(many, max(calls // LEAST_TASKS, 1))
    return many if inputs == 1 else math.ceil(many / inputs) * inputs + 1


def compared_by(answers: Sequence[Sequence[str]], elsewhere: Sequence[Sequence[str]]) -> Compared:
    """Which results can be compared, by the digests of each input's in one process and in another."""
    if any(len(known) > 1 or "" in known for known in answers):
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
        if late and got.stage is Stage.START:
            raise UserError(
                f"{name} cannot be loaded: importing its module took more than {TIMEOUT_S:.0f} s; put what it"
                ' does there under `if __name__ == "__main__":`.'
            )
        why = f"it did not return within {TIMEOUT_S:.0f} s" if late else got.ended.why
        raise UserError(f"{name} was ended: {why}; give it less work through --args.")
    try:
        answer: dict[str, Any] = json.loads(got.line)
    except (ValueError, RecursionError):
        ended = one_line(got.early_end(), LONGEST_REASON)
        raise UserError(f"{name} could not be called: the process {ended}.") from None
    return answer
