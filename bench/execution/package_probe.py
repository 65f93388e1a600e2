"""Ask an interpreter what it does with a package."""

from dataclasses import asdict

import msgspec

from bench.core.errors import UserError
from bench.core.package import ImportFailure, Package
from bench.core.sanitize import one_line
from bench.environment.interpreter import Host
from bench.execution.child_process import LONGEST_REASON, Place, exchange
from bench.execution.watchdog import Watchdog

SECONDS, TIMEOUT_S = 45.0, 90.0  # within which imports begin, and the whole look ends


def probe_package(name: str, folder: str, host: Host, links: str, watchdog: Watchdog) -> Package:
    """The package as that interpreter sees it; modules are looked for in ``folder``, too. Raises UserError
    where it does not say."""
    place = Place(host.executable, links, host.environment)
    question = {"name": name, "folder": folder, "seconds": SECONDS}
    got = exchange(["bench.worker.package"], question, place, watchdog, TIMEOUT_S)
    if got.ended:
        raise UserError(
            f"{name} did not import within {TIMEOUT_S:.0f} s on {host.python.name}: an import hangs."
        )
    try:
        seen = msgspec.json.decode(got.line, type=Package)
    except msgspec.MsgspecError:
        ended = one_line(got.early_end(), LONGEST_REASON)
        raise UserError(
            f"{name} could not be inspected on {host.python.name}: the process {ended}."
        ) from None
    return msgspec.convert(
        {**asdict(seen), "failures": [printable(failure) for failure in seen.failures]}, Package
    )


def printable(failure: ImportFailure) -> dict[str, str]:
    """A failure as one printable line, whatever a module put into its message."""
    return {**asdict(failure), "reason": one_line(failure.reason, LONGEST_REASON)}
