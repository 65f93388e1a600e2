"""Cells for a function whose calls are slow or few: as many in flight as fit, one wave or a few of them in a
batch, and no pilot runs."""

import math
from collections.abc import Sequence

from bench.core.cell import Scalar
from bench.core.runner import Runner
from bench.core.user_function import Own
from bench.planning.sizing import BATCH_S, IO_CONCURRENCY, WAVES, cell_seconds, whole_rounds
from bench.planning.study import CellRequest

ENOUGH_BLOCKS = 3  # that should fit: they agree, or they do not
SHARE_OF_BUDGET = 2 / 3  # that a cell may take whose calls run one after another


def dear_cells(
    own: Own, runners: Sequence[Runner], cores: int, concurrencies: Sequence[int]
) -> list[CellRequest]:
    """One cell for each model, or for each concurrency that was asked for. Models beyond the usual ones are
    left out where there are usual ones."""
    usual = [runner for runner in runners if runner.core]
    able = usual if any(not runner.one_at_a_time for runner in usual) else runners
    found = concurrencies or (in_flight(own, able, cores),)
    ways = [
        (runner, concurrency)
        for runner in able
        for concurrency in ((1,) if runner.one_at_a_time else found)
        if concurrency <= runner.most
    ]
    waves = waves_of(own, sum(concurrency for _, concurrency in ways))

    def request(runner: Runner, concurrency: int) -> CellRequest:
        n = tasks_of(own, waves, max(found)) if runner.one_at_a_time else waves * concurrency
        n = whole_rounds(n, own)
        batch_s = n / concurrency * seconds_of_wave(own, concurrency, cores)
        seconds = cell_seconds(batch_s, runner, concurrency)
        return CellRequest(own, runner, concurrency, bound_session(own, runner), n=n, expected_s=seconds)

    return [request(runner, concurrency) for runner, concurrency in ways]


def bound_session(own: Own, runner: Runner) -> dict[str, Scalar]:
    """The options of a model for a session that works in no other thread."""
    return {"own_session": 1} if own.bound_session and runner.own_sessions else {}


def in_flight(own: Own, runners: Sequence[Runner], cores: int) -> int:
    """As many as there are cores for what computes; of what waits 16, or as many as the budget allows when
    they run one after another, and the calls in a few blocks."""
    if own.bound == "cpu":
        return cores
    fits = IO_CONCURRENCY
    if own.budget_s:
        fits = min(fits, int(SHARE_OF_BUDGET * own.budget_s / own.seconds))
    if own.calls:
        several = sum(not runner.one_at_a_time for runner in runners)
        fits = min(fits, (own.calls // ENOUGH_BLOCKS - 1) // max(several, 1))
    return max(fits, cores)


def waves_of(own: Own, calls_in_wave: int) -> int:
    """Waves in a batch: enough for its usual length, where the calls allow that in a few blocks."""
    long_enough = min(math.ceil(BATCH_S / own.seconds), WAVES)
    allowed = own.calls // (2 * ENOUGH_BLOCKS * calls_in_wave) if own.calls else long_enough
    return max(min(long_enough, allowed), 1)


def tasks_of(own: Own, waves: int, concurrency: int) -> int:
    """Tasks in a batch of the plain loop: about as long as a usual one, and no more than the others have."""
    return max(min(math.ceil(BATCH_S / own.seconds), waves * concurrency), 1)


def seconds_of_wave(own: Own, concurrency: int, cores: int) -> float:
    """Seconds for a wave of calls that wait at the same time and compute on all cores."""
    return own.waits + (own.seconds - own.waits) * math.ceil(concurrency / cores)
