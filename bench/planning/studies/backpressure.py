"""Back-pressure: the cost of processing many items, with and without a bound on how many exist at once."""

from bench.planning.study import CellRequest, Study, StudyScope
from workloads.null import Null

ITEMS = (1_000, 10_000, 100_000)
LIMIT = 100
BUFFERED = "Executor.map + buffersize"
WAYS = {  # and their models
    "gather": "asyncio",
    "gather + semaphore": "asyncio",
    "as_completed": "asyncio",
    "TaskGroup + semaphore": "asyncio",
    "queue + workers": "asyncio",
    "Executor.map": "threading",
    BUFFERED: "threading",
}
BUFFERSIZE = (3, 14)  # the first Python that has it
OVERHEAD_S = 0.4
ITEM_S = {"asyncio": 30e-6, "threading": 50e-6}


class BackPressure(Study):
    name = "backpressure"
    title = "Back-pressure"
    question = (
        "How much memory do many items take, and how soon is the first result there, with and without a"
        " bound?"
    )
    place = 57
    blocks = 6
    how = """
        1,000, 10,000 and 100,000 items of 1,000 bytes come from a generator; the work on each waits
        a millisecond (asyncio.sleep, or time.sleep in threads) and returns a number. gather and
        as_completed get a coroutine for each item; so does gather with a semaphore, which each
        coroutine acquires before it works. TaskGroup with a semaphore makes a task only once it has
        acquired the semaphore; 100 workers take items from a queue that holds 100. Executor.map
        runs on 100 threads; with buffersize=100 (Python 3.14 or newer) it takes that many items
        ahead. Memory is the growth of the process's peak. Held is the most items that were taken
        from the generator and not yet returned; in flight, the most whose work had begun and not
        ended.
    """

    def cells(self, scope: StudyScope) -> list[CellRequest]:
        return [
            CellRequest(
                Null(),
                runner,
                LIMIT,
                {"way": way, "items": items},
                procedure="backpressure",
                n=items,
                expected_s=OVERHEAD_S + items * ITEM_S[model],
                lacks=_lacks(way, scope.version),
            )
            for way, model in WAYS.items()
            if (runner := scope.runner(model))
            for items in ITEMS
        ]


def _lacks(way: str, version: tuple[int, int]) -> str:
    if way != BUFFERED or version >= BUFFERSIZE:
        return ""
    return f"Executor.map(buffersize=) needs Python 3.14 or newer; this is {version[0]}.{version[1]}"
