"""``python -m bench.worker.look FD``: a probe of the user function.

Reads ``{"own": {...}, "calls": n, "seconds": s}`` on standard input: the fields of ``Own``, and the limits of
the probe; at least two calls are made where so many are allowed. Writes one line of JSON to FD, see ``look``.
"""

import inspect
import json
import os
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from bench.core.user_function import Own, digest_and_size
from bench.core.workload import Env

FEWEST = 2  # calls: the first may be cold
LONG_S = 4.0  # of a call that is made once
SHORT_S = 1e-3  # calls shorter than this are timed many at a time


def look(own: Own, calls: int, seconds: float) -> dict[str, Any]:
    """Call the function a few times, one after another.

    Returns ``stage`` and ``reason`` where it cannot be called; else ``calls``, ``failed`` of them and the
    first ``error``, ``seconds`` and ``cpu`` seconds of a call (medians, of the whole process), the digests of
    its ``answers``, each once ("": it cannot be pickled), and the ``bytes`` of the largest.
    """
    stage = "import"
    try:
        own.configure(Env())
        stage = "signature"
        fault = wrong_call(own)
        if fault:
            return {"stage": stage, "reason": fault}
        stage = "setup"
        with own.open(Env()) as session:
            return {"stage": "", **called(own, session, calls, seconds)}
    except Exception as error:
        return {"stage": stage, "reason": f"{type(error).__name__}: {error}"}


def wrong_call(own: Own) -> str:
    """Why the function cannot be called like this; "" if it can."""
    function = own.find(own.function or own.async_function)
    if not callable(function):
        return f"it is not a function but a {type(function).__name__}"
    if own.function and inspect.iscoroutinefunction(function):
        return "it is async: name it with --async-function"
    if own.async_function and not inspect.iscoroutinefunction(own.find(own.async_function)):
        return "it is not async, and was given as --async-function"
    arguments, named = own.arguments(None)
    try:
        inspect.signature(function).bind(*arguments, **named)
    except TypeError as error:
        return f"it cannot be called with these arguments: {error}"
    except ValueError:
        pass  # some functions in C have no signature
    return ""


def called(own: Own, session: Callable[[], Any], most: int, seconds: float) -> dict[str, Any]:
    walls: list[float] = []
    cpus: list[float] = []
    answers: dict[str, int] = {}
    result: Any = None
    error = ""
    done = failed = 0
    end = time.perf_counter() + seconds
    many = 1
    while done + many <= most and (done < FEWEST or time.perf_counter() < end):
        if walls and walls[-1] > LONG_S:
            break
        began, spent = time.perf_counter(), time.process_time()
        for _ in range(many):
            try:
                result = own.task(session, 0)
            except Exception as raised:
                failed += 1
                error = error or f"{type(raised).__name__}: {raised}"
        walls.append((time.perf_counter() - began) / many)
        cpus.append((time.process_time() - spent) / many)
        found, size = digest_and_size(result)
        answers[found] = size
        done += many
        if walls[-1] < SHORT_S:
            many *= 2
    warm = slice(1, None) if len(walls) > 1 else slice(None)
    return {
        "calls": done,
        "failed": failed,
        "error": error,
        "seconds": median(walls[warm]),
        "cpu": median(cpus[warm]),
        "answers": list(answers),
        "bytes": max(answers.values()),
    }


def main() -> None:
    descriptor = int(sys.argv[1])
    os.set_inheritable(descriptor, False)
    asked = json.loads(sys.stdin.readline())
    told = look(Own(**asked["own"]), asked["calls"], asked["seconds"])
    with os.fdopen(descriptor, "w") as out:
        out.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
