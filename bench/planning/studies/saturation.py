"""Saturation: how many blocking calls an event loop can hand to threads at once."""

from bench.core.cell import Scalar
from bench.planning.study import CellRequest, Study, StudyScope
from workloads.null import Null

AT_ONCE = (1, 4, 16, 64, 128)
POOLS = ("default", "anyio", "sized")
SECONDS_EACH = 0.6  # of most cells; those behind few threads take longer
WAVES_IN_ALL = 5


class Saturation(Study):
    name = "saturation"
    title = "Saturation"
    question = (
        "How many blocking calls can a coroutine hand to threads at once, and what must wait behind them?"
    )
    place = 55
    how = """
        An event loop hands 1 to 128 calls that block for 20 ms (time.sleep) to threads at the same
        moment, in three ways: with asyncio.to_thread, which uses the loop's default executor
        (min(32, cores + 4) threads); with anyio's worker threads (a limit of 40), as Starlette and
        FastAPI do with plain functions; and with asyncio.to_thread after giving the loop a default
        executor with a thread for each call. The number running at once is the most that were seen
        inside their blocking call together. Behind these calls, a look-up of localhost
        (loop.getaddrinfo, which uses the same executor) and a read of an empty file are handed over
        and timed.
    """

    def cells(self, scope: StudyScope) -> list[CellRequest]:
        loop = scope.runner("asyncio")
        if loop is None:
            return []
        fewest = min(32, scope.cores + 4)
        return [
            CellRequest(
                Null(),
                loop,
                at_once,
                _options(pool),
                procedure="saturation",
                n=at_once,
                expected_s=SECONDS_EACH
                + (WAVES_IN_ALL * 0.02 * at_once / fewest if pool == "default" else 0),
            )
            for pool in POOLS
            for at_once in AT_ONCE
        ]


def _options(pool: str) -> dict[str, Scalar]:
    return {"pool": pool}
