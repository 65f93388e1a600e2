"""A pool that is open and warm, before anything is timed."""

import importlib
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from types import ModuleType

from bench.core.cell import Cell
from bench.core.observation import Stage
from bench.core.runner import RUNNERS, Job, Pool
from bench.core.workload import Env, Workload, load
from bench.worker.cost import pids_of, sound
from bench.worker.idle import until_idle
from bench.worker.request import Request, stage

WARM_UPS = 2  # of one task on every slot; after one alone, a core that was idle is still 4 % slow
MOST_WARM_UPS = 4
STILL_FASTER = 0.9  # a wave that takes less of the one before it shows that the pool is not yet warm
# Of what computes in Python: a core that was idle gets faster for a while. On a virtual machine a loop took
# 8 % longer 0.1 s after its process began than after 0.6 s, 3 % after 0.2 s, 2 % after 0.3 s; not so for
# threads that share a GIL: they take turns on its two cores. For C code that releases it, speed-ups were
# those of scripts without this. A longer warm-up would cost blocks, which decide more.
COMPUTES_S = 0.15


@dataclass(frozen=True)
class Warm:
    """A warm pool, and the seconds that it took to get there."""

    workload: Workload
    pool: Pool
    client_version: str | None
    import_s: float
    startup_s: float
    first_task_s: float


@contextmanager
def warm_pool(request: Request) -> Iterator[Warm]:
    """Import the client, fill the services where asked, open the pool, run the first tasks; close it on
    leaving. Raises CellError."""
    cell = request.cell
    env = Env(cell.concurrency, request.services)
    with stage(Stage.START):
        runner = RUNNERS.get(cell.runner)
        workload = load(cell.spec)
        workload.configure(env)
        begin = time.perf_counter()
        client = [importlib.import_module(name) for name in workload.requires]
        import_s = time.perf_counter() - begin
    if request.set_up:
        with stage(Stage.SET_UP):
            workload.set_up(env)

    begin = time.perf_counter()
    job = Job(cell.spec, env, cell.concurrency, cell.options)
    with ExitStack() as stack:
        with stage(Stage.OPEN):
            pool = stack.enter_context(runner.open(job))
        startup_s = time.perf_counter() - begin
        first_task_s = 0.0
        if not workload.dear:
            with stage(Stage.WARM_UP):
                first_task_s = warmed_up(pool, cell, least_warm_up(workload, one_model=request.one_model))
        if workload.unproven:
            until_idle(pids_of(pool))
        yield Warm(workload, pool, version_of(client), import_s, startup_s, first_task_s)
        with stage(Stage.CLOSE):
            stack.close()


def least_warm_up(workload: Workload, *, one_model: bool) -> float:
    """Seconds that a warm-up of its tasks should last. A user's function is called less often, lessons need
    no such precision, and what is compared under ``one_model`` alone, such as two revisions, has the same
    start on both sides."""
    in_python = workload.bound == "cpu" and not workload.releases_gil
    exempt = one_model or workload.unproven or workload.lesson
    return COMPUTES_S if in_python and not exempt else 0.0


def warmed_up(pool: Pool, cell: Cell, least_s: float) -> float:
    """Seconds that the first task took; then waves of tasks, until they take no less, and until they have
    lasted ``least_s`` or had twice the tasks of the batch."""
    begin = time.perf_counter()
    first = sound(pool.run(1))
    waves = [sound(pool.warm_up()).wall_s for _ in range(WARM_UPS)]
    while len(waves) < MOST_WARM_UPS and waves[-1] < STILL_FASTER * waves[-2]:
        waves.append(sound(pool.warm_up()).wall_s)
    while len(waves) * cell.concurrency < 2 * cell.n and time.perf_counter() < begin + least_s:
        waves.append(sound(pool.warm_up()).wall_s)
    return first.wall_s


def version_of(modules: list[ModuleType]) -> str | None:
    """The client's version, by its own attribute."""
    for module in modules:
        version = getattr(module, "__version__", None) or getattr(module, "version", None)
        if isinstance(version, str):
            return version
    return None
