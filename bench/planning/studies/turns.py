"""Turns: who ran when."""

from dataclasses import replace

from bench.planning.study import CellRequest, Study, StudyScope
from workloads.turns import Pieces

MOST_WORKERS = 4
SECONDS_EACH = 0.5
LASTS = 0.12  # of all workers
PANELS = (  # work, model
    ("python", "threading"),
    ("python", "multiprocessing"),
    ("hash", "threading"),
    ("python", "asyncio"),
    ("wait", "threading"),
    ("python", "interpreters"),
)


class Turns(Study):
    name = "turns"
    title = "Who ran when"
    question = "What do threads, processes and tasks do at each moment?"
    place = 1
    in_all = True
    once = True
    how = """
        Each worker does short pieces of work for 0.12 s (about 50 µs of Python, 1 ms of hashing in
        C, or 50 µs of Python after each wait of 20 ms) and notes the time after each. If a piece
        took five times as long as usual, the worker was not running: for the part that the run
        queue explains, it waited for a core; for the rest, in threads that compute, for the GIL.
        One batch in one process: a picture, not a comparison.
    """

    def cells(self, scope: StudyScope) -> list[CellRequest]:
        workers = min(max(scope.cores, 2), MOST_WORKERS)
        found = []
        for work, model in PANELS:
            runner = scope.runner(model)
            if runner and not runner.available():
                pieces = Pieces(work=work, lasts=LASTS / workers if runner.one_thread else LASTS)
                request = CellRequest(pieces, runner, workers, n=workers, expected_s=SECONDS_EACH)
                found.append(replace(request, procedure="turns"))
        return found
