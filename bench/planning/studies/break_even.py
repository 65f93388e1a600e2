"""Break-even: from which size of task on a parallel model is worth its trouble."""

from bench.core.runner import Runner
from bench.planning.sizing import computes_in_parallel
from bench.planning.study import CellRequest, Study, StudyScope
from workloads.cpu_python import CpuPython

ROUNDS = tuple(round(450 * 10 ** (k / 2)) for k in range(9))  # about 10 us, 32 us ... 100 ms
PAYLOADS = (10_000, 100_000, 1_000_000)  # bytes that come back with each result
PAYLOAD_ROUNDS = ROUNDS[2::2]
CHUNK, CHUNKS_EACH = 64, 4


class BreakEven(Study):
    name = "break-even"
    title = "Break-even"
    question = "How long must a task compute before a parallel model is ahead of a plain loop?"
    place = 30
    how = """
        cpu-python with increasing rounds per task, in a plain loop and under each model that
        computes on several cores, with as many tasks in flight as there are cores; then again with
        results that carry bytes, which a process must pickle and send. The size of a task is its
        time in the plain loop. A model breaks even at the size from which its speed-up, paired with
        the loop of the same size and block, stays above the threshold. That size is found in each
        block separately, from a rising fit through all sizes (isotonic median regression),
        interpolated on logarithmic axes. With chunks (for tasks up to a millisecond), 64 tasks make
        one trip. The pool is started beforehand: its start-up does not count.
    """

    def cells(self, scope: StudyScope) -> list[CellRequest]:
        sync = scope.runner("sync")
        parallel = [r for r in scope.runners if computes_in_parallel(r, gil=scope.gil) and r is not sync]
        if sync is None or not parallel or scope.cores < 2:
            return []
        cells = [CellRequest(CpuPython(rounds=rounds), sync, 1) for rounds in ROUNDS]
        for runner in parallel:
            cells += [CellRequest(CpuPython(rounds=rounds), runner, scope.cores) for rounds in ROUNDS]
            if not runner.shares_gil:  # results leave the interpreter that made them
                cells += [
                    CellRequest(CpuPython(rounds=rounds, payload=payload), runner, scope.cores)
                    for payload in PAYLOADS
                    for rounds in PAYLOAD_ROUNDS
                ]
            if runner.chunks:
                cells += [in_chunks(runner, rounds, scope.cores) for rounds in ROUNDS[:5]]
        return cells


def in_chunks(runner: Runner, rounds: int, cores: int) -> CellRequest:
    """Tasks up to a millisecond: a batch of longer ones has not enough of them for every core's chunks."""
    return CellRequest(
        CpuPython(rounds=rounds),
        runner,
        cores,
        {"chunk": CHUNK},
        waves=CHUNKS_EACH * CHUNK,
        dispatch_s=runner.dispatch_s / CHUNK,
    )
