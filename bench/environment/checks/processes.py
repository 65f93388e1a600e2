"""Other processes that compute right now, by name: command lines may hold secrets."""

import os
import time
from contextlib import suppress

import psutil

from bench.core.run import Finding
from bench.core.wording import listed
from bench.environment.checks import Check, Scene, judged

WATCHED_S = 0.5
HEAVY = 0.2  # of a core: a tenth of a machine with two, twice what counts as equal
BUSY = 0.25  # of all cores: as much as the load may be
LONGEST_NAME = 15  # of the kernel's own name; what psutil makes it longer with is from the command line
MOST_NAMED = 5


def look(scene: Scene) -> list[Finding]:
    psutil.cpu_percent()  # from here on
    shares = watched(WATCHED_S)
    return [judge(shares, psutil.cpu_percent() / 100)]


def watched(seconds: float) -> list[tuple[str, float]]:
    """Every other process in sight after that time: its name, and the cores that it used meanwhile."""

    def spent() -> dict[psutil.Process, float]:
        found = {}
        for process in psutil.process_iter():
            with suppress(psutil.Error):  # gone, or another user's where that is hidden
                times = process.cpu_times()
                if process.pid != os.getpid():
                    found[process] = times.user + times.system
        return found

    before, began = spent(), time.perf_counter()
    time.sleep(seconds)
    after, lasted = spent(), time.perf_counter() - began
    shares = []
    for process, has in after.items():
        with suppress(psutil.Error):
            shares.append((process.name()[:LONGEST_NAME], (has - before.get(process, 0.0)) / lasted))
    return shares


def judge(shares: list[tuple[str, float]], busy: float) -> Finding:
    """The heaviest are named; what is short-lived or out of sight shows in how busy the cores are."""
    heavy = sorted((pair for pair in shares if pair[1] >= HEAVY), key=lambda pair: -pair[1])
    cores = f"all cores are {100 * busy:.0f} % busy"
    if heavy:
        named = listed([f"{name} {100 * share:.0f} %" for name, share in heavy], MOST_NAMED)
        advice = "Stop them, or wait for them to end."
        return Finding("processes", "poor", f"{named} of a core; {cores}", advice)
    said = f"none of {len(shares)} that are visible uses {100 * HEAVY:.0f} % of a core; {cores}"
    advice = "They are too short-lived to be seen, or run outside this container: stop what starts them."
    return judged("processes", busy <= BUSY, said, advice)


CHECK = Check("processes", 70, look)
