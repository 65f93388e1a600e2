"""What an application is, asked in a process of its own."""

from collections.abc import Iterable

import msgspec

from bench.core.errors import UserError
from bench.core.sanitize import one_line
from bench.core.service import App
from bench.environment.interpreter import Host
from bench.execution.child_process import LONGEST_REASON, Place, exchange
from bench.execution.watchdog import Watchdog

TIMEOUT_S = 60.0


class _Answer(msgspec.Struct):
    """One of the two."""

    app: App | None = None
    failure: str = ""


def probe_app(
    target: str, folder: str, packages: Iterable[str], host: Host, path: str, watchdog: Watchdog
) -> App:
    """The application as that interpreter sees it, and which of the servers' packages are installed there.
    Raises UserError where it cannot be loaded."""
    place = Place(host.executable, path, {**host.environment, "PYTHONPATH": path})
    question = {"target": target, "folder": folder, "packages": list(packages)}
    got = exchange(["bench.worker.app_look"], question, place, watchdog, TIMEOUT_S)
    if got.ended:
        raise UserError(f"{target} did not load within {TIMEOUT_S:.0f} s: its import hangs.")
    try:
        answer = msgspec.json.decode(got.line, type=_Answer)
    except msgspec.MsgspecError:
        ended = one_line(got.early_end(), LONGEST_REASON)
        raise UserError(f"{target} cannot be loaded: the process {ended}.") from None
    if answer.app is None:
        reason = one_line(answer.failure, LONGEST_REASON).rstrip(".")
        raise UserError(f"{target} cannot be loaded: {reason}.")
    return answer.app
