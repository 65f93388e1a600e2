"""One observation: set up, warm up, one timed batch, and what it cost."""

from __future__ import annotations

import importlib
import time
from array import array
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from types import ModuleType

from bench.batch import Batch
from bench.records import Cell, Observation, Parts, Scalar, ServiceShare, Window
from bench.runner import Job, Pool, load_runner
from bench.worker import calibrate, procfs, services
from bench.worker.histogram import histogram
from bench.workload import Env, load

WARM_UPS = 2  # of one task on every slot; after one alone, a core that was idle is still 4 % slow


@dataclass(frozen=True)
class Request:
    """What the session asks of a worker process."""

    block: int
    cell: Cell
    services: dict[str, dict[str, Scalar]] = field(default_factory=dict)
    window: int = 0  # spans wanted for the timeline
    set_up: bool = False  # fill the services first


class CellError(Exception):
    """The cell is void: at which stage, and why."""

    def __init__(self, stage: str, reason: str) -> None:
        super().__init__(reason)
        self.stage = stage


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Whatever is raised within says where it happened."""
    try:
        yield
    except CellError:
        raise
    except Exception as error:
        raise CellError(name, f"{type(error).__name__}: {error}") from error


def observe(request: Request) -> Observation:
    """Measure the cell. Raises CellError when it is void."""
    cell, started = request.cell, time.time()
    if cell.study == "calibration":
        cores, rate = calibrate.effective_cores(cell.concurrency)
        return Observation(
            request.block,
            cell.key,
            started,
            effective_cores=cores,
            spin_rate=rate,
            timer_error_s=calibrate.timer_error(),
        )

    env = Env(cell.concurrency, request.services)
    with stage("start"):
        runner = load_runner(cell.runner)
        workload = load(cell.spec)
        workload.configure(env)
        begin = time.perf_counter()
        client = [importlib.import_module(name) for name in workload.requires]
        import_s = time.perf_counter() - begin
    if request.set_up:
        with stage("set-up"):
            workload.set_up(env)

    begin = time.perf_counter()
    job = Job(cell.spec, env, cell.concurrency, cell.options)
    with ExitStack() as stack:
        with stage("open"):
            pool = stack.enter_context(runner.open(job))
        startup_s = time.perf_counter() - begin
        with stage("warm-up"):
            first = sound(pool.run(1))
            for _ in range(WARM_UPS):
                sound(pool.warm_up())
        with stage("batch"):
            batch, cost = measured_batch(pool, cell, request.services)
        workers = pool.workers()
        pids = [worker.pid for worker in workers]
        latencies = array("q", (e - s for s, e in zip(batch.start, batch.end, strict=True)))
        observation = Observation(
            request.block,
            cell.key,
            started,
            wall_s=batch.wall_s,
            n=cell.n,
            import_s=import_s,
            startup_s=startup_s,
            first_task_s=first.wall_s,
            latency_sum_s=sum(latencies) / 1e9,
            latencies=histogram(latencies),
            digest=batch.digest,
            threads_seen=len(set(batch.worker)),
            cpu_s=cost.cpu_s,
            parts=cost.parts,
            switches_voluntary=cost.voluntary,
            switches_involuntary=cost.involuntary,
            steal_s=cost.steal_s,
            services=cost.services,
            memory_peak=procfs.peak_memory(pids),
            memory_pss=procfs.proportional_memory(pids),
            gil=all(worker.gil for worker in workers),
            start_method=pool.start_method,
            loop=pool.loop,
            client_version=version_of(client),
            client_extension=workload.extension(),
            window=window(batch, request.window),
        )
        with stage("close"):
            stack.close()
    return observation


@dataclass(frozen=True)
class Cost:
    """What the batch took from the machine."""

    cpu_s: float | None
    parts: Parts | None
    voluntary: int | None
    involuntary: int | None
    steal_s: float | None
    services: dict[str, ServiceShare]


def measured_batch(pool: Pool, cell: Cell, addresses: dict[str, dict[str, Scalar]]) -> tuple[Batch, Cost]:
    """The batch between two looks at every thread of the pool, the services and the machine."""
    pids = [worker.pid for worker in pool.workers()]
    said_before = {name: services.read(address) for name, address in addresses.items()}
    stolen_before = procfs.steal_seconds()
    before = procfs.snapshot(pids)
    begin = time.perf_counter()

    batch = pool.run(cell.n)

    seconds = time.perf_counter() - begin
    after = procfs.snapshot(pids)
    stolen = procfs.steal_seconds()
    said = {name: services.read(address) for name, address in addresses.items()}
    sound(batch)
    shares = {name: reading.share(said_before[name], seconds) for name, reading in said.items()}
    for name, share in shares.items():
        if share.peak_in_flight is not None and share.peak_in_flight > cell.concurrency:
            raise CellError(
                "batch",
                f"{share.peak_in_flight} requests were in flight at {name}, {cell.concurrency} were admitted",
            )

    steal = None if stolen is None or stolen_before is None else stolen - stolen_before
    if not after:
        return batch, Cost(None, None, None, None, steal, shares)
    spent = {who: times.since(before.get(who, procfs.NOTHING)) for who, times in after.items()}
    parts = parts_of(pool, batch, spent)
    cost = Cost(
        cpu_s=sum(times.on_core_ns for times in spent.values()) / 1e9,
        parts=parts,
        voluntary=sum(times.voluntary for times in spent.values()),
        involuntary=sum(times.involuntary for times in spent.values()),
        steal_s=steal,
        services=shares,
    )
    return batch, cost


def parts_of(pool: Pool, batch: Batch, spent: procfs.Snapshot) -> Parts:
    """On core, waiting for a core, blocked: of the threads that ran tasks, over the batch's wall time."""
    threads = [spent[who] for who in pool.threads(set(batch.worker)) if who in spent]
    on_core = sum(times.on_core_ns for times in threads) / 1e9
    waiting = sum(times.waiting_ns for times in threads) / 1e9
    return Parts(len(threads), on_core, waiting, max(len(threads) * batch.wall_s - on_core - waiting, 0.0))


def sound(batch: Batch) -> Batch:
    """The batch, if every task was done and right."""
    if batch.failed or batch.done != len(batch.start):
        total = len(batch.start)
        lost = [f"{total - batch.done} never ended"] if batch.done < total else []
        raise CellError(
            "batch", f"{batch.failed} of {total} tasks failed: {'; '.join([*batch.errors, *lost])}"
        )
    return batch


def window(batch: Batch, most: int) -> Window | None:
    """The first ``most`` spans by start: contiguous, since a random sample would spoil a timeline."""
    if not most:
        return None
    origin = min(batch.start)
    order = sorted(range(len(batch.start)), key=batch.start.__getitem__)[:most]
    number: dict[int, int] = {}
    return Window(
        start_us=[(batch.start[i] - origin) // 1000 for i in order],
        length_us=[(batch.end[i] - batch.start[i]) // 1000 for i in order],
        worker=[number.setdefault(batch.worker[i], len(number)) for i in order],
    )


def version_of(modules: list[ModuleType]) -> str | None:
    """The client's version, as it tells itself."""
    for module in modules:
        version = getattr(module, "__version__", None) or getattr(module, "version", None)
        if isinstance(version, str):
            return version
    return None
