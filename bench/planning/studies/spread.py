"""The spread of latencies: how much slower the slow tasks are than the usual ones."""

from __future__ import annotations

from bench.planning.study import Study


class Spread(Study):
    name = "spread"
    title = "Spread of latencies"
    question = "How much slower than the usual task are the slow ones?"
    place = 15
    in_all = True
    how = """
        The latency of each task of the comparison, from its start to its end, counted in each worker in
        buckets that are at most 3 % wide. The tail shows the share of the tasks that took longer than so
        long, its median over the blocks. Tasks start when a slot is free, so this is the latency of a closed
        loop: for requests that arrive when they like see the study latency. p99 is shown from 1,000 tasks in
        a batch on.
    """
