"""``python -m bench.worker.look FD``: a probe of the user function.

Reads ``{"own": {...}, "calls": n, "seconds": s}`` on standard input: the fields of ``Own``, and the limits of
the probe; at least two calls with each input are made where so many are allowed. Writes one line of JSON to
FD, see ``look``.
"""

import inspect
import json
import math
import os
import pickle
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from typing import Any

from bench.core.digest import digest_and_size
from bench.core.observation import Stage
from bench.core.runner import gil_enabled
from bench.core.user_function import Own
from bench.core.workload import Env
from bench.worker import procfs
from bench.worker.frames import of_user
from bench.worker.idle import spins
from bench.worker.kinds import has_cache, unbound_method, wrong_call, wrong_kind
from bench.worker.loop_look import LITTLE, LONG_S, on_a_loop
from bench.worker.ticker import waited_beside

FEWEST = 2  # rounds of the inputs: the first may be cold
RETURNS_COROUTINE = "it returns a coroutine: name it with --async-function"
GUARD = 'put what its module does as a script under `if __name__ == "__main__":`'
SHARE_BESIDE = 4  # one of so many calls has another thread beside it
BESIDE_S = 0.1  # that such calls take together
SHORT_S = 1e-3  # calls shorter than this are timed many at a time


def look(own: Own, calls: int, seconds: float, tell: Callable[[object], None]) -> dict[str, Any]:
    """Call the function a few times, one after another, and ``tell`` before how far that has come.

    Returns ``stage`` and ``reason`` where it cannot be called; else ``calls``, ``failed`` of them, the number
    (``failed_at``) and ``error`` of the first that did, ``seconds``, ``cpu`` seconds of a call in all threads
    and child processes, and of these those of ``children`` (medians), seconds of the ``first`` call, the
    digests of each input's ``answers``, each once ("": it cannot be pickled), the ``bytes`` of the largest,
    ``argument_bytes``, ``cached``, ``changes`` and ``spins`` (see ``Own``); and see ``on_a_loop`` and
    ``beside_a_ticker``.
    """
    stage = "import"
    tell({"reached": Stage.START})
    try:
        try:
            own.configure(Env())
        except SystemExit as ended:
            return {"stage": stage, "reason": f"SystemExit: {ended} ({GUARD})"}
        stage = "kind"
        if fault := wrong_kind(own) or unbound_method(own):
            return {"stage": stage, "reason": fault}
        stage = "signature"
        fault = wrong_call(own)
        if fault:
            return {"stage": stage, "reason": fault}
        stage = "setup"
        tell({"reached": Stage.SET_UP})
        with own.open(Env()) as session:
            sent = pickled(session) if own.function else b""
            most = max(calls - calls // SHARE_BESIDE, min(FEWEST * own.round, calls))
            found = {"stage": "", **called(own, session, most, seconds)}
            found["cached"] = has_cache(own)
            found["spins"] = spins([os.getpid()])
            found["argument_bytes"] = -1 if sent is None else len(sent) // own.round
            found["changes"] = bool(sent) and not own.setup and pickled(session) != sent
            if own.setup and own.function and not found["failed"]:
                found |= {"bound_session": fails_in_other_thread(own, session), "calls": found["calls"] + 1}
            if own.function and not found["failed"] and found["cpu"] > LITTLE * found["seconds"]:
                found |= beside_a_ticker(own, session, calls - most, found)
        if own.async_function and not found["failed"]:
            found |= on_a_loop(own, calls, found)
        return found
    except (Exception, SystemExit) as error:
        return {"stage": stage, "reason": f"{type(error).__name__}: {error}"}


def cpu_seconds() -> tuple[float, float]:
    """CPU time of this process, all threads, and of its child processes that ended."""
    times = os.times()
    return time.process_time(), times.children_user + times.children_system


def queued_seconds() -> float:
    """For how long this thread has waited for a core, where that is known: not a part of what it does."""
    times = procfs.snapshot([os.getpid()]).get((os.getpid(), threading.get_native_id()))
    return times.waiting_ns / 1e9 if times else 0.0


def fails_in_other_thread(own: Own, session: Callable[[int], Any]) -> bool:
    """Whether a call fails where its session was opened by another thread."""
    with ThreadPoolExecutor(1) as executor:
        return executor.submit(own.task, session, 0).exception() is not None


def pickled(calls: object) -> bytes | None:
    """What a pool sends for calls: the function's name and the arguments; None: they cannot be pickled."""
    try:
        return pickle.dumps(calls, 5)
    except Exception:
        return None


def called(own: Own, session: Callable[[int], Any], most: int, seconds: float) -> dict[str, Any]:
    """Rounds of all inputs, the more at a time the shorter they are; see ``look``."""
    walls: list[float] = []
    cpus: list[tuple[float, float]] = []
    answers: list[dict[str, int]] = [{} for _ in range(own.round)]
    results: deque[Any] = deque(maxlen=own.round)
    error = ""
    done = failed = failed_at = 0
    end = time.perf_counter() + seconds
    many = own.round
    while done + many <= most and (len(walls) < FEWEST or time.perf_counter() < end):
        if walls and walls[-1] * own.round > LONG_S:
            break
        queued, spent = queued_seconds(), cpu_seconds()
        busy, began = time.thread_time(), time.perf_counter()
        for i in range(many):
            try:
                results.append(own.task(session, i))
            except (Exception, SystemExit) as raised:
                failed += 1
                failed_at = failed_at or done + i + 1
                error = error or f"{type(raised).__name__}: {raised}"
        wall, used = time.perf_counter() - began, cpu_seconds()
        busy = min(time.thread_time() - busy, wall)  # it was on a core at least for that
        walls.append(max(wall - (queued_seconds() - queued), busy) / many)
        own_cpu, children = (now - before for before, now in zip(spent, used, strict=True))
        cpus.append((own_cpu / many, children / many))
        done += many
        if failed:
            return {"calls": done, "failed": failed, "failed_at": failed_at, "error": error}
        if any(map(inspect.iscoroutine, results)):
            for result in results:
                result.close()
            return {"calls": done, "failed": 1, "failed_at": 1, "error": RETURNS_COROUTINE}
        for known, result in zip(answers, results, strict=True):
            known.update([digest_and_size(result)])
        if walls[-1] < SHORT_S:
            many *= 2
    warm = slice(len(walls) // 2, None)  # of short calls the longer half
    return {
        "calls": done,
        "failed": 0,
        "error": "",
        "seconds": median(walls[warm]),
        "cpu": median(sum(each) for each in cpus[warm]),
        "children": median(children for _, children in cpus[warm]),
        "first": walls[0],
        "answers": [list(known) for known in answers],
        "bytes": max(size for known in answers for size in known.values()),
    }


def beside_a_ticker(
    own: Own, session: Callable[[int], Any], most: int, found: dict[str, Any]
) -> dict[str, Any]:
    """A few more calls with a thread beside them: the share of their time in which it waits for the GIL,
    ``gil_share``, where they were then, ``gil_line``, and all ``calls``. Nothing for calls too short or too
    dear, or where there is no GIL."""
    number = min(math.ceil(BESIDE_S / found["seconds"]), most)
    if not gil_enabled() or number * found["seconds"] < BESIDE_S / 4 or found["seconds"] > LONG_S:
        return {}

    def work() -> None:
        for i in range(number):
            own.task(session, i)

    waited = waited_beside(work)
    return {"gil_share": waited.share, "gil_line": of_user(waited.line), "calls": found["calls"] + number}


def main() -> None:
    descriptor = int(sys.argv[1])
    os.set_inheritable(descriptor, False)
    asked = json.loads(sys.stdin.readline())
    with os.fdopen(descriptor, "w") as out:

        def tell(what: object) -> None:
            print(json.dumps(what, separators=(",", ":")), file=out, flush=True)

        tell(look(Own(**asked["own"]), asked["calls"], asked["seconds"], tell))


if __name__ == "__main__":
    main()
