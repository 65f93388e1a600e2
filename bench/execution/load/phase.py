"""A phase of load: what the generator is asked for, and what it saw."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Phase:
    """So many requests in flight, each followed by the next; or, with a ``rate``, requests that are sent when
    they are due, at exponential distances, whether the others were answered or not."""

    port: int
    requests: tuple[str, ...]  # each as it is sent, in Latin-1; they take turns
    in_flight: int = 1  # with a rate: connections at most
    rate: float = 0.0  # requests a second
    settle_s: float = 0.1  # before anything counts
    window_s: float = 0.3
    longest_s: float = 10.0  # that is waited after the window for what is still in flight
    seed: int = 0


@dataclass(frozen=True)
class PhaseResult:
    """What came back in a phase."""

    rate: float  # answers a second within the window; with a rate, to the requests that were due in it
    answered: int  # requests that these are
    histogram: dict[str, int] = field(
        default_factory=dict
    )  # of their latencies, see ``bench.core.histogram``
    mean_s: float = 0.0  # of their latencies
    generator: float = 0.0  # CPU seconds a second of the generator, within the window
    answers: dict[str, int] = field(default_factory=dict)  # "request/status/digest": how many of all
    errors: dict[str, int] = field(default_factory=dict)  # requests without an answer, by reason, of all
    left: int = 0  # requests that were still not answered at the end
