"""``python -m bench.execution.load.generator``: the load generator.

The first line of standard output is the CPU time that a request costs it when it is busy, in seconds. Each
line of standard input is a ``Phase`` as JSON, each further line of output the ``PhaseResult``; it ends when
its input does.
"""

import gc
import json
import math
import random
import socket
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict

from bench.core.histogram import histogram
from bench.execution.load.phase import Phase, PhaseResult
from bench.execution.load.running_load import RunningLoad

BUSY, ROUNDS = 64, 30  # answers at each waking, and wakings, for what a request costs
CANNED_REQUEST = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
CANNED_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def run(phase: Phase) -> PhaseResult:
    """Put load on, and see what comes back."""
    load = RunningLoad(phase)
    try:
        return (open_loop if phase.rate else closed_loop)(load)
    finally:
        load.close()


def closed_loop(load: RunningLoad) -> PhaseResult:
    """So many requests in flight at any time. Counting begins when as many were answered: pools have begun
    their threads by then, and queues are full."""
    phase, now = load.phase, time.perf_counter_ns
    begin = now() + round(phase.settle_s * 1e9)
    last = begin + round(phase.longest_s * 1e9)
    end, cpu = last, None
    while (moment := now()) < end:
        settled = len(load.spans) >= phase.in_flight or moment >= last - round(phase.window_s * 1e9)
        if cpu is None and moment >= begin and settled:
            begin, cpu = moment, time.process_time()
            end = begin + round(phase.window_s * 1e9)
        while load.in_flight < phase.in_flight and moment >= load.paused_until:
            load.send(load.connect(), now())
        edge = begin if cpu is None and moment < begin else end
        full = load.in_flight == phase.in_flight
        for connection in load.wait(edge if full else min(edge, load.paused_until)):
            moment = load.done(connection)
            load.send(load.renewed(connection), moment)
    cpu_s = time.process_time() - cpu if cpu is not None else 0.0
    load.drain()
    spans = [(due, done) for due, done in load.spans if begin <= done < end]
    return result(load, spans, smooth_rate([done for _, done in spans], begin, end), cpu_s)


def smooth_rate(moments: Sequence[int], begin: int, end: int) -> float:
    """How many there are a second. Those in the middle of the window count twice, those at its edges hardly
    (Hann's window): answers that come in waves give the same rate wherever the edges cut them."""
    turn = 2 * math.pi / (end - begin)
    return sum(1 - math.cos(turn * (moment - begin)) for moment in moments) / (end - begin) * 1e9


def open_loop(load: RunningLoad) -> PhaseResult:
    """Requests that are due at a rate, and latencies from when they were due."""
    phase, now = load.phase, time.perf_counter_ns
    draw = random.Random(phase.seed)
    due = now()
    begin = due + round(phase.settle_s * 1e9)
    end = begin + round(phase.window_s * 1e9)
    last = end + round(phase.longest_s * 1e9)
    cpu = cpu_s = None
    while (moment := now()) < end or (due < end and moment < last):
        if cpu is None and moment >= begin:
            cpu = time.process_time()
        if cpu is not None and cpu_s is None and moment >= end:
            cpu_s = time.process_time() - cpu
        while due <= moment and due < end and (load.idle or load.open < phase.in_flight):
            load.send(load.idle.pop() if load.idle else load.connect(), due)
            due += round(draw.expovariate(phase.rate) * 1e9)
        edge = end if moment < end else last
        for connection in load.wait(min(due, edge) if due > moment else edge, exactly=True):
            load.done(connection)
            load.idle.append(load.renewed(connection))
    if cpu_s is None:
        cpu_s = time.process_time() - cpu if cpu is not None else 0.0
    load.drain()
    spans = [(due, done) for due, done in load.spans if begin <= due < end]
    return result(load, spans, len(spans) / phase.window_s, cpu_s)


def result(load: RunningLoad, spans: list[tuple[int, int]], rate: float, cpu_s: float) -> PhaseResult:
    """What was seen, of the requests that count."""
    latencies = [done - due for due, done in spans]
    return PhaseResult(
        rate=rate,
        answered=len(spans),
        histogram=histogram(latencies),
        mean_s=sum(latencies) / len(spans) / 1e9 if spans else 0.0,
        generator=cpu_s / load.phase.window_s,
        answers={"/".join(map(str, kind)): count for kind, count in load.answers.items()},
        errors=dict(load.errors),
        left=load.in_flight,
    )


def cost_of_request() -> float:
    """CPU seconds of this process for a request when it is busy: many answers at each waking. This process
    itself writes them to its connections, in moments that do not count."""
    with socket.create_server(("127.0.0.1", 0), backlog=BUSY) as listening:
        load = RunningLoad(Phase(listening.getsockname()[1], (CANNED_REQUEST,)))
        connections = [load.connect() for _ in range(BUSY)]
        servers = [listening.accept()[0] for _ in range(BUSY)]
        used = 0.0
        for _ in range(ROUNDS):
            begin = time.process_time()
            for connection in connections:
                load.send(connection, time.perf_counter_ns())
            used += time.process_time() - begin
            for server in servers:
                server.recv(len(CANNED_REQUEST))
                server.send(CANNED_ANSWER)
            begin = time.process_time()
            while load.in_flight:
                for connection in load.wait(time.perf_counter_ns() + 1_000_000_000):
                    load.done(connection)
                    connection.ready()
            used += time.process_time() - begin
        load.close()
        for server in servers:
            server.close()
    return used / (ROUNDS * BUSY)


def main() -> None:
    gc.disable()
    print(cost_of_request(), flush=True)
    for line in sys.stdin:
        given = json.loads(line)
        result = run(Phase(**{**given, "requests": tuple(given["requests"])}))
        print(json.dumps(asdict(result)), flush=True)
        gc.collect()


if __name__ == "__main__":
    main()
