"""GIL crossover: from which size on C code that releases the GIL is worth threads."""

from bench.planning.study import CellRequest, Study, StudyScope
from workloads.cpu_native import CpuNative

SIZES = (64, 1024, 2048, 4096, 6144, 8192, 16_384, 65_536, 1 << 20)
TASK_S = 0.01  # about
CALL_S, BYTES_PER_S = 0.4e-6, 1.5e9  # of one hash, roughly: they size the tasks and nothing else


class GilCrossover(Study):
    name = "gil-crossover"
    title = "GIL crossover"
    question = "From which buffer size do threads that hash in C run in parallel?"
    place = 70
    how = """
        hashlib's SHA-256 over buffers from 64 bytes to 1 MiB, repeated to make a task of about 10
        ms, in a plain loop and in as many threads as there are cores. Speed-up is paired with the
        loop of the same size and block. Threads count as ahead from the size at which a rising fit
        through all sizes (isotonic median regression) exceeds the threshold.
    """

    def cells(self, scope: StudyScope) -> list[CellRequest]:
        models = [(scope.runner("sync"), 1), (scope.runner("threading"), scope.cores)]
        return [
            CellRequest(
                CpuNative(size=size, times=round(TASK_S / (CALL_S + size / BYTES_PER_S))), runner, in_flight
            )
            for size in SIZES
            for runner, in_flight in models
            if runner is not None
        ]
