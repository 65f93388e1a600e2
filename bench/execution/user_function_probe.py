"""A first look at the user's function, before anything is planned: what a call of it takes."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

from bench.core.errors import UserError
from bench.core.records import Cause
from bench.core.sanitize import one_line
from bench.core.user_function import Own
from bench.environment.interpreter import Host
from bench.execution.cell import before_it_answered
from bench.execution.child_process import Look, exchange
from bench.execution.stderr_tail import LONGEST
from bench.execution.watchdog import Guard

CALLS, SECONDS = 200, 1.5  # at most, one after another
TIMEOUT_S = 30.0
LONGEST_S, SHORTEST_S = 5.0, 50e-6  # of a call that can be measured in minutes, and among its dispatch


def first_look(own: Own, host: Host, links: str, guard: Guard, look: Look = lambda pid: None) -> Own:
    """The function with what a call of it takes and returns. Raises UserError for one that cannot be
    measured, with the reason and what to do."""
    name = own.title()
    asked = {"own": asdict(own), "calls": min(CALLS, own.calls or CALLS), "seconds": SECONDS}
    try:
        got = exchange(["bench.worker.look"], asked, host, links, guard, TIMEOUT_S, look)
    except OSError as error:
        raise UserError(f"{host.executable} cannot be started: {error.strerror}.") from None
    if got.ended:
        late = got.ended.cause is Cause.TIMEOUT
        why = f"it did not return within {TIMEOUT_S:.0f} s" if late else got.ended.why
        raise UserError(f"{name} was ended: {why}; give it less to do with --args.")
    try:
        told = json.loads(got.line)
    except (ValueError, RecursionError):
        ended = before_it_answered(replace(got, stderr=one_line(got.stderr, LONGEST)))
        raise UserError(f"{name} could not be called: the process {ended}.") from None
    if told["stage"]:
        raise UserError(f"{name} {STAGES[told['stage']]}: {told['reason']}{HINTS[told['stage']]}.")
    if told["failed"]:
        raise UserError(
            f"{name} failed in {told['failed']} of {told['calls']} calls ({told['error']}): mend or catch"
            " that first, for a batch in which a call fails counts nowhere."
        )
    seconds = told["seconds"]
    if seconds < SHORTEST_S:
        raise UserError(
            f"{name} takes {seconds * 1e6:.2g} µs a call, too short to be a task of its own: handing one to"
            " a thread takes some 10 µs, to a process 100; write a function that makes many, and ask again."
        )
    if seconds > LONGEST_S:
        raise UserError(
            f"{name} takes {seconds:.0f} s a call, too long to be measured often enough; give it less to do"
            " with --args."
        )
    waits = max(seconds - told["cpu"], 0.0)
    return replace(own, seconds=seconds, waits=waits, answer=told["answer"])


STAGES = {
    "import": "cannot be loaded",
    "signature": "cannot be called",
    "setup": "cannot be set up",
}
HINTS = {
    "import": "",
    "signature": "; give its arguments with --args, as JSON",
    "setup": "",
}
