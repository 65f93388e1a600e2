"""What it costs to have processes make the calls, in sentences: the trip, what goes along, and memory."""

import math

from bench.analysis.function_rows import chunk_of, is_sent, model_of
from bench.findings.advice.facts import SEVERAL, FunctionFacts
from bench.findings.advice.rules import Advised
from bench.findings.advice.trips import trips
from bench.findings.text.figures import binary, counted, measured, times

LARGE_BYTES = 10_000  # of a result, which it takes a while to pickle and to send
DEARER = 1.25  # CPU of a call beside others, by that of one alone


def sent_together(facts: FunctionFacts) -> str:
    """From how many calls at a time on processes pay; "" where that was not measured, or not on several
    cores."""
    found = trips(facts)
    if found is None or facts.cores_lacked or facts.own.is_cached:
        return ""
    model = found.few.curve.runner
    seen = (
        f"{found.few_calls:,} at a time run at {times(found.few.y.median)}, {found.many_calls:,} at a time at"
        f" {times(found.many.y.median)}"
    )
    if found.pays_from is None:
        return f"Sending {model} more calls at a time does not pay: {seen}."
    if found.pays_from <= found.few_calls:
        more = ", and gains more with more" if found.many.y.low > found.few.y.high else ""
        return f"{model} pays with {counted(found.few_calls, 'call')} at a time{more}: {seen}."
    calls = math.ceil(found.pays_from)
    return f"{model} pays from about {round(calls, min(2 - len(str(calls)), 0)):,} calls at a time: {seen}."


def arguments_sent(facts: FunctionFacts) -> str:
    """What it costs to send large arguments with each call, where that was measured."""
    sent = next((point for point in facts.points if is_sent(point)), None)
    held = next((p for p in facts.of("multiprocessing") if sent and p.x == sent.x), None)
    if not sent or not held:
        return ""
    worth = held.y.low > sent.y.high
    once = ": give them to each worker once, with the pool's `initializer`" if worth else ""
    return (
        f"Its arguments are {binary(facts.own.argument_bytes)} when pickled. Held by each worker, with"
        f" {held.x:.0f} processes, they reach {measured(held.y)}; sent each time, as a pool does by default,"
        f" {measured(sent.y)}{once}."
    )


def cannot_be_sent(facts: FunctionFacts, found: Advised) -> str:
    """What to do where processes are advised, and the call cannot be pickled."""
    processes = found.models and model_of(found.models[0]) not in facts.in_process
    if facts.own.argument_bytes >= 0 or not processes:
        return ""
    if facts.own.setup:
        return "Its session cannot be pickled: open one in each worker, with an `initializer`."
    return (
        "It cannot be pickled (like a lambda or an inner function), so it cannot be sent to a process pool:"
        " call it from a named function at the top of a module."
    )


def slow_each_other(facts: FunctionFacts) -> str:
    """Whether processes beside each other slow down what computes."""
    alone = facts.of("sync")
    processes = [point for point in facts.rivals if model_of(point) == "multiprocessing"]
    # Of brief calls one after another it is the trips that take the CPU time: where there are chunks, these.
    beside = sorted(processes, key=lambda point: (-chunk_of(point), point.x))
    cores = facts.effective_cores.median if facts.effective_cores else 0.0
    if not (facts.computes and alone and beside) or facts.own_threads or facts.children_compute:
        return ""
    if cores < SEVERAL or facts.own.group > 1:  # what runs beside it may be others', or the pool itself
        return ""
    one, each = (points[0].figure("cpu_per_task_s") for points in (alone, beside))
    if not one or not each or each.low < DEARER * one.high:
        return ""
    if facts.own.result_bytes > LARGE_BYTES:
        return (
            f"In processes a call takes {times(each.median / one.median)} the CPU time that it takes in a"
            f" plain loop, since its result, {binary(facts.own.result_bytes)} when pickled, is sent back:"
            " return less."
        )
    return (
        f"{beside[0].x:.0f} at once slow each other down: in concurrent processes a call takes"
        f" {times(each.median / one.median)} the CPU time that it takes alone, as happens when they"
        " share memory bandwidth or caches."
    )
