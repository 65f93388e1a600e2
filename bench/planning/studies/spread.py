"""The spread of latencies: how much slower the slow tasks are than the usual ones."""

from bench.planning.study import Study


class Spread(Study):
    name = "spread"
    title = "Spread of latencies"
    question = "How much slower are the slow tasks than the usual one?"
    place = 15
    in_all = True
    how = """
        The latency of each task of the comparison, from its start to its end, counted by each worker
        in buckets at most 3 % wide. The tail shows the share of tasks that took longer than a given
        time, as the median over the blocks. Tasks start when a slot is free, so this is the latency
        of a closed loop; for requests that arrive at their own times, see the study latency. p99 is
        shown for batches of at least 1,000 tasks.
    """
