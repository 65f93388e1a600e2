"""What to do first, in sentences: one function for each action."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePath

from bench.analysis.curves import CurvePoint
from bench.analysis.function_rows import OWN_SESSION, chunk_of, model_of
from bench.core.wording import listed
from bench.findings.advice.caps import Cap, Plateau
from bench.findings.advice.facts import LITTLE, FunctionFacts
from bench.findings.advice.rules import Action, Advised, leaders, simplest
from bench.findings.text.figures import counted, duration, measured, significant, times


def _fix(facts: FunctionFacts, found: Advised) -> list[str]:
    return [f"No model could run {facts.name}."]


def _uncache(facts: FunctionFacts, found: Advised) -> list[str]:
    return [
        f"Measure {facts.name} without its cache: the first call took {duration(facts.own.first)}, later ones"
        f" {duration(facts.call_s)}, which no model can make faster.",
        "The function under `functools.cache` is its `.__wrapped__`.",
    ]


def _leave(facts: FunctionFacts, found: Advised) -> list[str]:
    return [f"Leave {facts.name} in a plain loop: no model is enough faster to be worth it."]


def _unresolved(facts: FunctionFacts, found: Advised) -> list[str]:
    shown = [f"{point.curve.runner} {measured(point.y, times)}" for point in found.models[:3]]
    return [
        f"It is unresolved whether any model runs {facts.name} faster than a plain loop:"
        f" {listed(shown)} in {counted(found.models[0].y.n, 'block')}; measure again when the machine is"
        " quieter, or with a longer --budget."
    ]


def _no_cores(facts: FunctionFacts, found: Advised) -> list[str]:
    cores = f"{facts.effective_cores.median:.2f} cores" if facts.effective_cores else "one core"
    return [
        f"It is unresolved whether any model runs {facts.name} faster than a plain loop: it computes,"
        f" and the machine provided only {cores}; measure again when it is quieter."
    ]


def _run(facts: FunctionFacts, found: Advised) -> list[str]:
    """The model to use, at the least concurrency that almost does most; then the others."""
    first = found.models[0]
    said = [f"Run {facts.name} under {_way(facts, first)}: {_gain(facts, found.models)}."]
    if chunk_of(first) > 1:
        at_a_time = facts.own.group * chunk_of(first)
        said.append(f"`ProcessPoolExecutor().map(function, items, chunksize={at_a_time})` sends them so.")
    if first.curve.runner == "processes-asyncio":
        said.append(
            "That is one process per core, each with an event loop:"
            " `ProcessPoolExecutor().map(part, shares)`, where `def part(share): return"
            " asyncio.run(main(share))` gathers the calls of one share."
        )
    if (
        len(facts.concurrencies) > 1
        and first.x == facts.concurrencies[-1]
        and facts.share_waiting > 1 - LITTLE
        and not {first.curve.runner, model_of(first)} & {*facts.void_from}
    ):
        said.append(f"It kept gaining up to {first.x:.0f} in flight, the most that were tried.")
    for concurrency in facts.concurrencies:
        if concurrency < first.x:
            others = leaders(facts.at(concurrency), facts.threshold, simplest(facts))
            said.append(
                f"With {concurrency} in flight: {others[0].curve.runner}, {_gain(facts, others)}."
                if others
                else f"With {concurrency} in flight, no model is enough faster to be worth it."
            )
    return said


def _make_def(facts: FunctionFacts, found: Advised) -> list[str]:
    if found.models:
        threads = f" and run it in threads: {_threads(found.models)}"
    else:
        tried = facts.of("threading") or "threading" in facts.void
        threads = "" if tried else " and run it in threads"
    loop = facts.of("asyncio")
    stays = f", so that {loop[-1].x:.0f} in flight run at {times(loop[-1].y.median)}" if loop else ""
    return [
        f"Make {facts.name} a plain function (`def` instead of `async def`){threads}.",
        f"As a coroutine it blocks the event loop for the whole call{mostly_at(facts)}{stays}, one after"
        " another.",
    ]


def _unblock(facts: FunctionFacts, found: Advised) -> list[str]:
    loop = facts.of("asyncio")
    rate = loop[-1].figure("tasks_per_s") if loop else None
    seen = f" ({significant(rate.median * facts.own.group)} were measured)" if rate else ""
    said = [
        f"Move what blocks off {facts.name}'s event loop, with `await asyncio.to_thread(...)` or an async"
        " library.",
        f"It holds the loop for {duration(facts.held_s)} of each call of {duration(facts.call_s)}"
        f"{mostly_at(facts)}, so one loop can do no more than {significant(1 / facts.held_s)} calls a"
        f" second however many are in flight{seen}.",
    ]
    if found.models:
        said.append(
            f"As it is, it can run in threads, each with a loop of its own: {_threads(found.models)}."
        )
    return said


def _lift(facts: FunctionFacts, found: Advised) -> list[str]:
    assert found.plateau
    cap, stays = found.plateau, _stays(found.plateau)
    if cap.cap is Cap.EXECUTOR:
        return [
            "Enlarge the event loop's default executor, `loop.set_default_executor(ThreadPoolExecutor("
            f"{cap.highest.x:.0f}))`, or use an async library.",
            f"{facts.name} hands its waiting to that executor, which has {facts.own.executor} threads here"
            f" (cores + 4, at most 32): {stays}.",
        ]
    return [
        "Raise anyio's limit of 40 threads, `anyio.to_thread.current_default_thread_limiter().total_tokens ="
        f" {max(2 * cap.calls, round(cap.highest.x))}`, or the limit of the limiter that {facts.name} uses.",
        f"No more than about 40 calls run at once, which is anyio's default: {stays}.",
    ]


def _ask(facts: FunctionFacts, found: Advised) -> list[str]:
    assert found.plateau
    cap, stays = found.plateau, _stays(found.plateau)
    if cap.cap is Cap.LOCK:
        return [
            f"Leave {facts.name} in a plain loop unless whatever serialises it can go: is the lock meant to"
            " be held for a whole call?",
            f"Calls run one after another while cores idle, as behind a lock or a single connection:"
            f" {stays}.",
            "Hold it for less time if you can; processes would each have their own lock, and so bypass what"
            " it protects.",
        ]
    return [
        f"Run {facts.name} under {cap.lowest.curve.runner} with {cap.calls} in flight: more gain nothing.",
        f"Something limits it to about {cap.calls} calls at once (a semaphore, a pool of"
        f" connections, or the service): {stays}, while the cores idle.",
        "Is that limit intended? If not, raise it; processes would each have their own limit, and so bypass"
        " what it protects.",
    ]


ACTIONS: Mapping[Action, Callable[[FunctionFacts, Advised], list[str]]] = {
    Action.FIX: _fix,
    Action.UNCACHE: _uncache,
    Action.LEAVE: _leave,
    Action.UNRESOLVED: _unresolved,
    Action.NO_CORES: _no_cores,
    Action.RUN: _run,
    Action.MAKE_DEF: _make_def,
    Action.UNBLOCK: _unblock,
    Action.LIFT: _lift,
    Action.ASK: _ask,
}


def at(line: str) -> str:
    """ "at rows.py:12 in parse", of such a line with the path of its file."""
    return f"at {PurePath(line).name}"


def mostly_at(facts: FunctionFacts) -> str:
    """ ", mostly at rows.py:12 in parse": where a coroutine holds its loop; "" if that is not known."""
    return f", mostly {at(facts.own.loop_line)}" if facts.own.loop_line else ""


def _way(facts: FunctionFacts, point: CurvePoint) -> str:
    """ "threading with 16 in flight"."""
    if point.curve.runner.endswith(OWN_SESSION):
        return f"{model_of(point)} with {point.x:.0f} in flight and a session for each thread"
    if (chunk := chunk_of(point)) == 1:
        return f"{point.curve.runner} with {point.x:.0f} in flight"
    return f"{model_of(point)} with {point.x:.0f} workers, in chunks of {facts.own.group * chunk:,} calls"


def _stays(cap: Plateau) -> str:
    """ "asyncio stays at 5.90x from 16 to 64 in flight"."""
    low, high = cap.lowest, cap.highest
    between = f"from {low.x:.0f} to {high.x:.0f}" if low.x != high.x else f"with {high.x:.0f}"
    return f"{high.curve.runner} stays at {times(high.y.median)} {between} in flight"


def _threads(models: Sequence[CurvePoint]) -> str:
    return f"{models[0].x:.0f} threads are {measured(models[0].y, times)} as fast as a plain loop"


def _gain(facts: FunctionFacts, found: Sequence[CurvePoint]) -> str:
    """ "15.2x (15.0–15.5) as fast as a plain loop, of a possible 15.9x; tied with asyncio"."""
    first, *equal = found
    gain, limit = first.y, facts.limit(first, "own_limit_speedup")
    possible = f", of a possible {times(limit)}" if limit and limit >= gain.median else ""
    tied = f"; tied with {listed([point.curve.runner for point in equal])}" if equal else ""
    few = "" if gain.sure else f" (indicative: {counted(gain.n, 'block')})"
    return f"{measured(gain, times)} as fast as a plain loop{possible}{tied}{few}"
