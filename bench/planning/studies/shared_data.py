"""Shared data: where threads that share what they work with are slower than threads that do not."""

from bench.planning.study import CellRequest, Study, StudyScope
from workloads.shared_data import WHOSE, SharedData

# Operations that make a task of some 10 to 20 ms, with the GIL and without.
OPERATIONS = {"counter": 100_000, "dict": 250_000, "queue": 300_000, "object": 500_000, "list": 500_000}
TASK_S = 0.015


class SharedDataStudy(Study):
    name = "shared-data"
    title = "Shared data"
    question = "Where are threads slower because they share their data?"
    place = 75
    how = """
        Tasks of about 15 ms that do nothing but use one structure: count up under a lock, count up
        under the thread's own keys of a dict, put and get on a queue (SimpleQueue), read an
        attribute of an object, read a list of records. They run in a plain loop and in as many
        threads as there are cores; "shared" is one structure for all threads, made by the main
        thread, "own" is one per thread, made by that thread. Speed-up is paired with the plain loop
        over the same data in the same block; the cost of sharing is the time of threads that share
        divided by that of threads that do not, paired within the block. Without a GIL, threads
        contend for locks and for the reference counts of objects that they only read; and a
        free-threaded build, GIL on or off, counts references faster in objects that the thread made
        itself. The study does not separate these costs. It is the worst case: tasks that compute
        between two uses pay less. More threads may pay more.
    """

    def cells(self, scope: StudyScope) -> list[CellRequest]:
        sync, threading = scope.runner("sync"), scope.runner("threading")
        cells = []
        for structure, operations in OPERATIONS.items() if scope.cores > 1 else ():
            for data in WHOSE:
                workload = SharedData(structure, data, operations)
                if sync:
                    cells.append(CellRequest(workload, sync, 1))
                if threading:
                    # Threads that wait for each other's data run no faster than in turns.
                    held_up = data == "shared" and not scope.gil
                    cells.append(
                        CellRequest(workload, threading, scope.cores, dispatch_s=TASK_S if held_up else None)
                    )
        return cells
