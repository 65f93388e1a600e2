"""One visit to a set-up: a fresh server, warmed up, under load at each level."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bench.core.service import LoadSeen, MemorySeen, ServerSetup, ServiceCause, ServiceVoid
from bench.execution.load.generator_process import Generator
from bench.execution.load.phase import Phase, PhaseResult
from bench.execution.load.serving import RunningServer, ServerFailed, Serving, ask_all, increase, running

WARM_UP_S = 0.15
SETTLE_S = 0.06
WINDOW_S = 0.3
OPEN_REQUESTS, LONGEST_WINDOW_S = 10, 2.0  # a window by the clock has as many, if it is no longer
CONNECTIONS = 512  # at most, where requests come by the clock
LONGEST_WAIT_S = 0.6  # of a request for its turn: where they would wait longer, a level is left out
WAITED = 1.5  # times as long as alone: it waited for its turn
LONGEST_S = 4.0  # that is waited for the last answers of a phase, and as long as some take alone


@dataclass(frozen=True)
class Reference:
    """How requests are answered alone."""

    requests: Sequence[bytes]
    statuses: Sequence[int]
    digests: Sequence[int | None]  # None: they differ from call to call
    alone_s: float  # seconds that an answer takes


@dataclass
class VisitSeen:
    """What was seen in a visit."""

    loads: list[LoadSeen] = field(default_factory=list)
    memory: list[MemorySeen] = field(default_factory=list)
    voids: list[ServiceVoid] = field(default_factory=list)


@dataclass
class Visitor:
    """Visits set-ups, one after the other."""

    serving: Serving
    generator: Generator
    reference: Reference

    def visit(
        self, setup: ServerSetup, block: int, levels: Sequence[int], rates: Mapping[float, float], seed: int
    ) -> VisitSeen:
        """Start the server and measure it at the levels in this order, then at the ``rates``, requests a
        second by their share of the capacity. What goes wrong is among the voids."""
        seen = VisitSeen()
        try:
            with running(self.serving, setup, self.reference.requests[0]) as server:
                self.compare_alone(server)
                self.generator.run(self.phase(server, in_flight=8, window_s=WARM_UP_S))
                full = 0.0  # the rate at which requests began to wait for their turn
                for in_flight in levels:
                    if full and in_flight / full > LONGEST_WAIT_S:
                        continue
                    load = self.measure(server, setup, block, self.phase(server, in_flight=in_flight), seen)
                    if in_flight > 1 and load.mean_s > WAITED * self.reference.alone_s:
                        full = max(full, load.rate)
                for share, wanted in rates.items():
                    window_s = max(WINDOW_S, min(OPEN_REQUESTS / wanted, LONGEST_WINDOW_S))
                    phase = self.phase(
                        server, in_flight=CONNECTIONS, window_s=window_s, rate=wanted, seed=seed
                    )
                    self.measure(server, setup, block, phase, seen, share)
                if memory := server.memory():
                    seen.memory.append(MemorySeen(setup, block, memory))
        except ServerFailed as failed:
            seen.voids.append(ServiceVoid(setup, block, failed.cause, failed.detail))
        return seen

    def phase(
        self,
        server: RunningServer,
        *,
        in_flight: int,
        window_s: float = WINDOW_S,
        rate: float = 0.0,
        seed: int = 0,
    ) -> Phase:
        """A phase of load on a server, as long as such requests need."""
        alone = self.reference.alone_s
        settle, least = settle_and_window(alone)
        return Phase(
            port=server.port,
            requests=tuple(request.decode("latin-1") for request in self.reference.requests),
            in_flight=in_flight,
            rate=rate,
            settle_s=settle,
            window_s=max(window_s, least),
            longest_s=LONGEST_S + 5 * alone,
            seed=seed,
        )

    def compare_alone(self, server: RunningServer) -> None:
        """Raise ServerFailed where the answers are not those of the reference."""
        reference = self.reference
        for number, (status, digest) in enumerate(ask_all(server, reference.requests, 10.0)):
            if status != reference.statuses[number]:
                raise ServerFailed(ServiceCause.STATUS, str(status))
            if reference.digests[number] not in (None, digest):
                raise ServerFailed(ServiceCause.DIFFERS, "")

    def measure(
        self,
        server: RunningServer,
        setup: ServerSetup,
        block: int,
        phase: Phase,
        seen: VisitSeen,
        share: float = 0.0,
    ) -> LoadSeen:
        """Run a phase; its figures, which are among those seen unless they are void. Raises ServerFailed
        where a process of the server ended meanwhile."""
        before = server.used()
        result = self.generator.run(phase)
        after, answered = server.used(), sum(result.answers.values())
        if server.deaths():
            raise ServerFailed(ServiceCause.DIED, server.last_words())
        cpu_s = each_of(increase(before.cpu, after.cpu), answered)
        load = LoadSeen(
            setup=setup,
            block=block,
            in_flight=phase.in_flight,
            share=share,
            rate=result.rate,
            mean_s=result.mean_s,
            histogram=result.histogram,
            cpu_s=cpu_s,
            queued_s=each_of(increase(before.queued, after.queued), answered),
            cores=cpu_s * result.rate if cpu_s is not None else None,
            generator=result.generator,
        )
        void = trouble(result, self.reference, by_clock=bool(share))
        if void:
            in_flight = 0 if share else phase.in_flight
            seen.voids.append(ServiceVoid(setup, block, *void, in_flight=in_flight, share=share))
        elif result.answered:  # else none was due, by chance
            seen.loads.append(load)
        return load


def settle_and_window(alone_s: float) -> tuple[float, float]:
    """Seconds until a phase is counted, and for which it is at least, where a request takes so long alone."""
    return max(SETTLE_S, 1.5 * alone_s), 3 * alone_s


def phase_s(alone_s: float) -> float:
    """Seconds of a phase of load."""
    settle, least = settle_and_window(alone_s)
    return settle + max(WINDOW_S, least)


def trouble(result: PhaseResult, reference: Reference, *, by_clock: bool) -> tuple[ServiceCause, str] | None:
    """Why a phase has no figure; None: it has one, or no request was due, as may be ``by_clock``."""
    answered = sum(result.answers.values())
    statuses: Counter[int] = Counter()
    differing = 0
    for kind, count in result.answers.items():
        request, status, digest = map(int, kind.split("/"))
        if status != reference.statuses[request]:
            statuses[status] += count
        elif reference.digests[request] not in (None, digest):
            differing += count
    if statuses:
        status, count = statuses.most_common(1)[0]
        return ServiceCause.STATUS, f"{status} ({count:,} of {answered:,})"
    if differing:
        return ServiceCause.DIFFERS, f"{differing:,} of {answered:,}"
    if result.errors:
        reason, count = max(result.errors.items(), key=lambda each: each[1])
        return ServiceCause.DROPPED, f"{count:,} of {count + answered:,}: {reason}"
    if result.left or not (result.answered or by_clock):
        return ServiceCause.SILENT, f"{result.left:,} of {result.left + answered:,}"
    return None


def each_of(seconds: float | None, requests: int) -> float | None:
    """The share of one request; None: unknown."""
    return seconds / requests if seconds is not None and requests else None
