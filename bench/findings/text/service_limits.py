"""What limits an application and which setting to change, in sentences: one function for each limit."""

from collections.abc import Callable, Mapping
from pathlib import PurePath

from bench.analysis.service import ServiceFigures
from bench.core.sanitize import one_line
from bench.findings.advice.service_limits import Limited, ServiceLimit
from bench.findings.text.figures import duration, measured, two_places, whole
from bench.findings.text.service_names import rate, titled
from bench.planning.server import SERVERS


def _loop_blocked(figures: ServiceFigures, found: Limited) -> list[str]:
    return [
        f"It blocks the event loop: {_held(found)}, without computing, so a worker answers one request"
        f" at a time, {measured(found.one_worker.best.rate, rate)}.",
        "Make the view a plain function (`def` instead of `async def`), so that the framework runs it in a"
        " thread, or await `asyncio.to_thread(...)` or an async library. Until then only more workers help:"
        f" {_workers(figures)}.",
    ]


def _loop_computes(figures: ServiceFigures, found: Limited) -> list[str]:
    return [
        f"It computes on the event loop: {_held(found)}. Meanwhile the worker answers nothing else.",
        f"The remedy is one worker per core: {_workers(figures)}. Computing in a process pool, or in a"
        " thread where it is C code that releases the GIL, leaves the loop free for other requests.",
    ]


def _held(found: Limited) -> str:
    assert found.holds
    line = found.holds.line
    at = f", mostly at {one_line(PurePath(line).name)}" if line else ""
    return f"a request alone holds it for {duration(found.holds.longest_held_s)}{at}"


def _pool(figures: ServiceFigures, found: Limited) -> list[str]:
    anyio = found.limit is ServiceLimit.ANYIO_POOL
    what = (
        f"anyio's limiter, {found.pool} threads in each worker, in which plain functions (`def`) run"
        if anyio
        else f"the event loop's default executor, {found.pool} threads in each worker (cores + 4, at most 32)"
    )
    most = found.one_worker.best
    seen = f"{measured(most.rate, rate)} in one worker, however many are in flight"
    size = found.larger_pool or 4 * found.pool
    setting = (
        f"`anyio.to_thread.current_default_thread_limiter().total_tokens = {size}`"
        if anyio
        else f"`asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor({size}))`"
    )
    gain = (
        f"; with it, the same set-up did {measured(found.larger)} as much"
        if found.larger
        else "; it was not measured"
    )
    return [
        f"It is capped by {what}: {seen}.",
        f"The setting to change is {setting}, in the application's lifespan{gain}. More workers raise the"
        f" cap, too: {_workers(figures)}.",
    ]


def _gil(figures: ServiceFigures, found: Limited) -> list[str]:
    assert found.holds
    return [
        "It holds the GIL while it computes: another thread waits for it"
        f" {whole(found.holds.gil_share)} of the time, and one worker uses {_cores(found)}, however"
        " many threads it has.",
        f"Add workers, up to one per core: {_workers(figures)}.",
    ]


def _cores_limit(figures: ServiceFigures, found: Limited) -> list[str]:
    workers = found.one_worker.setup.workers
    who = "one worker uses" if workers == 1 else f"{workers} workers use"
    how = "it has no threads"
    if found.threaded:
        seen = "its threads run in parallel, so it releases the GIL"
        how = seen if found.holds else "whether it releases the GIL was not seen"
    return [
        f"Cores are the limit: {who} {_cores(found)}; {how}.",
        f"No number of workers or threads can exceed the cores: {_workers(figures)}.",
    ]


def _cores(found: Limited) -> str:
    used = found.one_worker.best.cores
    return f"{measured(used, two_places)} cores" if used else "an unknown share of the cores"


def _threads(figures: ServiceFigures, found: Limited) -> list[str]:
    best = figures.recommended.setup
    server = SERVERS.get(best.server)
    rates = [
        f"{titled(each.setup)} {measured(each.best.rate, rate)}"
        for each in figures.setups
        if SERVERS.get(each.setup.server).at_once(each.setup) and each.setup.workers == best.workers
    ]
    compared = f": {'; '.join(rates)}" if len(rates) > 1 else ""
    return [
        f"Threads are the limit: workers times threads, {server.at_once(best)}, is the number of requests"
        f" served at once{compared}.",
        f"Raise `{server.threads_option}` while the cores idle; a thread costs little memory, since it shares"
        " its worker's.",
    ]


def _server(figures: ServiceFigures, found: Limited) -> list[str]:
    used = figures.recommended.best.cores
    cores = f"{measured(used, two_places)} cores are used" if used else ""
    return [
        "No pool limits it: what remains is the CPU time of the server, the framework and the application"
        + (f"; {cores} at its best." if cores else "."),
        f"Add workers: {_workers(figures)}.",
    ]


def _workers(figures: ServiceFigures) -> str:
    """What workers do, at the recommended server's own mode and threads."""
    best = figures.recommended.setup
    same = [
        each
        for each in figures.setups
        if (each.setup.server, each.setup.mode, each.setup.threads) == (best.server, best.mode, best.threads)
        and not each.setup.pool
    ]
    ordered = sorted(same, key=lambda each: each.setup.workers)
    return "; ".join(f"{titled(each.setup)} {measured(each.best.rate, rate)}" for each in ordered)


LIMITS: Mapping[ServiceLimit, Callable[[ServiceFigures, Limited], list[str]]] = {
    ServiceLimit.LOOP_BLOCKED: _loop_blocked,
    ServiceLimit.LOOP_COMPUTES: _loop_computes,
    ServiceLimit.ANYIO_POOL: _pool,
    ServiceLimit.EXECUTOR_POOL: _pool,
    ServiceLimit.GIL: _gil,
    ServiceLimit.CORES: _cores_limit,
    ServiceLimit.THREADS: _threads,
    ServiceLimit.SERVER: _server,
}
