"""The cost ladder: what it takes to have one piece of work done, before any work is in it."""

from bench.planning.study import CellRequest, Study, StudyScope
from bench.worker.rungs import RUNGS
from workloads.null import Null

SECONDS_EACH = 0.2
OF_IMPORTS = 2.0  # where processes import a module


class Ladder(Study):
    name = "ladder"
    title = "Cost ladder"
    question = "What does one task cost under each model before it does anything?"
    place = 20
    in_all = True
    how = """
        Each rung runs in a fresh process in every block, repeated until a slice lasts 10 ms; its
        figure is the median of five slices (three if one call takes longer than a slice), in a loop
        and one at a time, so "there and back" is the whole round trip. Processes run a builtin, so
        that they import none of the program's modules. Memory is what many idle ones add to the
        proportional set size (Pss), divided by their number; kernel is what they add to the
        machine's kernel stacks, page tables and unreclaimable slab (/proc/meminfo), which Pss does
        not count. Outside a default run, processes are also started that need a module, asyncio,
        which the parent has imported: with fork they have it already; with a fork server, only if
        the server has imported it (set_forkserver_preload); otherwise each imports it itself. The
        null tasks are those of the comparison, with its number in flight: there, work overlaps and
        a trip costs less.
    """

    def cells(self, scope: StudyScope) -> list[CellRequest]:
        chosen = {runner.name for runner in scope.runners}
        sync = scope.runner("sync")
        if sync is None:
            return []
        return [
            CellRequest(
                Null(),
                sync,
                1,
                {"rung": rung.name},
                procedure="ladder",
                n=1,
                expected_s=SECONDS_EACH if rung.in_all else OF_IMPORTS,
            )
            for rung in RUNGS
            if rung.python <= scope.version
            and (rung.model in chosen or rung.model == "interpreters")
            and (rung.in_all or not scope.quick)
        ]
