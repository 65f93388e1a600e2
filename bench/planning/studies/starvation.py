"""Starvation: what a neighbour that computes does to I/O in the same process."""

from bench.core.cell import Scalar
from bench.core.runner import Runner
from bench.planning.study import CellRequest, Study, StudyScope
from workloads.http_fetch import Httpx

# Few requests a second: those that overlap would wait for each other's turns, too, and of more than can be
# served the latency grows with their number. At 50 ms one takes 0.24 s beside one thread, seconds beside two.
RATE, N, CONCURRENCY = 8.0, 20, 4
SLOW = {(1, 50.0): (2.0, 6), (2, 50.0): (0.5, 5)}  # threads and their interval: requests a second, and all
USUAL_MS, PIECE_MS = 5.0, 20.0
THREADS, INTERVALS_MS = (1, 2), (0.5, USUAL_MS, 50.0)


class Starvation(Study):
    name = "starvation"
    title = "Starvation"
    question = "What does a neighbour that computes do to I/O in the same process?"
    place = 50
    how = """
        The same HTTP request, answered by the server after 5 ms, is sent 8 times a second (at a
        switch interval of 50 ms twice a second beside one thread and every two seconds beside two,
        so that each is served before the next) at random moments (Poisson, the same ones in every
        cell apart from that scale). It is timed from when it was due: alone, beside threads of the
        same process that compute in Python, beside a process that does, and on an event loop beside
        a task that computes for 20 ms, then yields to the loop once. Longer is the mean latency
        minus that of the cell alone in the same block; each, the same per neighbour; stalled, the
        difference as a share of the latency. A thread that needs the GIL waits for up to a switch
        interval (sys.setswitchinterval, 5 ms by default), and a request needs it several times: to
        be handed out, to send, to read. A request on an event loop takes several turns of the loop.
        Starts late is the part of the wait before the request begins. Growth is the mean latency of
        the later half of the requests divided by that of the earlier half: above 1.5, with an
        interval above 1, more requests came than were served. The same holds beside threads if more
        than one was in progress on average (its rate times its latency).
    """

    def cells(self, scope: StudyScope) -> list[CellRequest]:
        cells = []
        if threading := scope.runner("threading"):
            cells += [_cell(threading, switch_interval_ms=USUAL_MS)]
            cells += [
                _cell(
                    threading,
                    load=SLOW.get((many, interval), (RATE, N)),
                    neighbour="thread",
                    neighbours=many,
                    switch_interval_ms=interval,
                )
                for many in THREADS
                for interval in INTERVALS_MS
            ]
            cells += [_cell(threading, neighbour="process", neighbours=1, switch_interval_ms=USUAL_MS)]
        if loop := scope.runner("asyncio"):
            cells += [_cell(loop), _cell(loop, neighbour="task", neighbours=1, piece_ms=PIECE_MS)]
        return cells


def _cell(runner: Runner, *, load: tuple[float, int] = (RATE, N), **options: Scalar) -> CellRequest:
    rate, n = load
    return CellRequest(
        Httpx(delay=0.005),
        runner,
        CONCURRENCY,
        {"rate": rate, **options},
        procedure="open_loop",
        n=n,
        expected_s=n / rate + 0.4,
    )
