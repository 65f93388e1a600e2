"""Where the time went: on a core, waiting for one, or blocked, beside concurrency and parallelism."""

from bench.planning.study import Study


class Where(Study):
    name = "where"
    title = "Where the time went"
    question = "Did the threads that ran the tasks compute, wait for a core, or block?"
    place = 10
    in_all = True
    how = """
        The scheduler's account of each thread that ran tasks (/proc, schedstat), read before and
        after the batch: on a core, runnable but waiting for one, or else blocked. Blocked is called
        GIL wait only where nothing else can block: threads of one process that only compute, on a
        build whose GIL is on, in tasks at least 100 times as long as their runner's overhead. In
        flight is the sum of the latencies divided by the batch's wall time; cores used is the CPU
        time of all processes of the pool divided by the same. Import, start-up and the first task
        come before the batch and are not part of it.
    """
