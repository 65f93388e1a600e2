"""A whole measurement of an application: a first look, blocks of visits, and the passes that look inside."""

import os
import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from bench.core.errors import UserError
from bench.core.sanitize import one_line
from bench.core.service import LoadSeen, ServerSetup, ServiceCause, ServiceRun, ServiceVoid
from bench.core.wording import listed
from bench.environment.interpreter import Host
from bench.environment.machine import describe_machine
from bench.execution.load.app_probe import probe_app
from bench.execution.load.generator_process import generating
from bench.execution.load.http_client import ask_once
from bench.execution.load.inside import look_inside, watch_growth
from bench.execution.load.serving import ServerFailed, Serving, python_path, running
from bench.execution.load.visit import Reference, Visitor, phase_s
from bench.execution.run import hosts_of, supervised
from bench.planning.options import Options
from bench.planning.service import (
    BLOCKS,
    BUDGET_S,
    CONTENDERS,
    LEAST_SHARE,
    SHARES,
    ServiceOptions,
    app_target,
    levels_within,
    most_promising,
    packages,
    setups_for,
    watched_setup,
    with_larger_pool,
)

LOOKS = 3  # at each request, alone
LONGEST_ALONE_S = 10.0
SHOWN = 120  # characters of an answer
GROWTH_IN_FLIGHT = 40
LONGER = 1.3  # times as long a visit takes with requests by the clock
FATAL = (ServiceCause.START, ServiceCause.DIED)  # a set-up is not visited again

Tell = Callable[[str], None]


def measure_service(options: Options, service: ServiceOptions, tell: Tell) -> ServiceRun:
    """What was seen of the application under every set-up that can run it here.

    It has no figures where every set-up failed under load. Raises UserError for what the user must fix.
    """
    began = time.monotonic()
    budget_s = options.budget_s or BUDGET_S
    options, service = options.checked(), service.checked()
    target, folder = app_target(options.function), os.getcwd()
    cores = describe_machine().cores
    with supervised(options.keep_env) as (watchdog, links):
        host = one_host(options, links)
        path = python_path(links)
        app = probe_app(target, folder, packages(), host, path, watchdog)
        setups, missing = setups_for(app, cores)
        serving = Serving(app, host, path, watchdog)
        reference, varying = look(serving, setups, service)
        levels, left_out = levels_within(budget_s, len(setups), phase_s(reference.alone_s))
        limit = f"After the first block, none begins that would end later than {budget_s:.0f} s from now."
        tell(f"Trying {service.titles[0]} under {len(setups)} set-ups. {limit}")
        if left_out:
            fewer = f"{listed(list(map(str, left_out)))} in flight are left out"
            tell(f"A request takes {reference.alone_s:.1f} s alone, so {fewer}.")
        run = ServiceRun(app, service.titles, cores, 0, setups, levels, missing=missing, varying=varying)
        with generating(watchdog) as generator:
            visitor = Visitor(serving, generator, reference)
            run = blocks(run, visitor, began + budget_s, random.Random(), options.blocks or BLOCKS, tell)
    return replace(run, seconds=time.monotonic() - began, generator_cost_s=generator.cost_s)


def one_host(options: Options, links: str) -> Host:
    """The interpreter that runs the servers. Raises UserError where several are named."""
    if len(options.pythons) > 1:
        raise UserError("An application is measured on one --python at a time: name one.")
    return hosts_of(options, links)[-1]


def look(serving: Serving, setups: list[ServerSetup], service: ServiceOptions) -> tuple[Reference, list[str]]:
    """How the requests are answered alone, under the first server that starts; and those whose answers differ
    from call to call. Raises UserError where none starts, or an answer is an error."""
    failed = ""
    for setup in setups:
        try:
            with running(serving, setup, service.requests[0]) as server:
                return look_at(server.port, service)
        except ServerFailed as error:
            failed = failed or f"{setup.key} {one_line(error.detail)}"
    raise UserError(f"{serving.app.target} does not start under any server: {failed}.")


def look_at(port: int, service: ServiceOptions) -> tuple[Reference, list[str]]:
    """As ``look``, of a server that runs. Raises UserError, and ServerFailed."""
    statuses, digests, took, varying = [], [], [], []
    for title, request in zip(service.titles, service.requests, strict=True):
        seen = []
        for _ in range(LOOKS):
            begin = time.perf_counter()
            try:
                seen.append(ask_once(port, request, LONGEST_ALONE_S))
            except TimeoutError:
                raise UserError(f"{title} gets no answer within {LONGEST_ALONE_S:.0f} s.") from None
            except (OSError, ValueError) as error:
                raise ServerFailed(ServiceCause.DROPPED, str(error)) from None
            took.append(time.perf_counter() - begin)
        status, digest, content = seen[-1]
        if status >= 400:
            text = one_line(content.decode(errors="replace"), SHOWN)
            raise UserError(f"{title} is answered with status {status}: {text or 'no content'}")
        same = len({each[:2] for each in seen}) == 1
        if not same:
            varying.append(title)
        statuses.append(status)
        digests.append(digest if same else None)
    return Reference(service.requests, statuses, digests, statistics.median(took)), varying


def blocks(
    run: ServiceRun, visitor: Visitor, end: float, draw: random.Random, most: int, tell: Tell
) -> ServiceRun:
    """All set-ups once; then the most promising ones in further blocks, in a new order each, while there is
    time."""
    lasts = block_of(run, visitor, 0, run.setups, draw, tell)
    chosen = contenders(run)
    if chosen:
        lasts *= LONGER * len(chosen) / len(run.setups)
        look_closer(run, visitor, chosen, most_in_flight(run))
    done = 1
    while chosen and done < most and time.monotonic() + lasts < end:
        lasts = block_of(run, visitor, done, chosen, draw, tell)
        lost = {void.setup for void in run.voids if void.cause in FATAL and void.block}
        chosen = [setup for setup in chosen if setup not in lost]
        done += 1
    return replace(run, blocks=done)


def block_of(
    run: ServiceRun,
    visitor: Visitor,
    block: int,
    setups: Sequence[ServerSetup],
    draw: random.Random,
    tell: Tell,
) -> float:
    """Visit each of the set-ups once, and add what was seen to the run; the seconds that it took. In the
    first block levels rise, so that one that would take too long is left out."""
    began = time.monotonic()
    for setup in draw.sample(setups, len(setups)):
        levels = [n for n in run.levels if possible(run, setup, n)]
        if block:
            draw.shuffle(levels)
        capacity = capacities(run.loads).get(setup, 0.0)
        rates = {share: share * capacity for share in SHARES} if block and capacity else {}
        seen = visitor.visit(setup, block, levels, rates, draw.randrange(2**31))
        run.loads.extend(seen.loads)
        run.memory.extend(seen.memory)
        run.voids.extend(seen.voids)
    took = time.monotonic() - began
    tell(f"Block {block + 1} took {took:.0f} s.")
    return took


def look_closer(run: ServiceRun, visitor: Visitor, chosen: list[ServerSetup], in_flight: int) -> None:
    """The passes of their own, with the best set-up; where a pool of the application's is the limit, a set-up
    with a larger one is added to those that are chosen."""
    best = chosen[0]
    alone = watched_setup(run.setups, best)
    if alone:
        try:
            run.inside.extend(look_inside(visitor, alone, (1, in_flight)))
        except ServerFailed as failed:
            run.voids.append(ServiceVoid(alone, 0, failed.cause, failed.detail, in_flight))
    many = min(in_flight, GROWTH_IN_FLIGHT)
    try:
        run.growth.append(watch_growth(visitor, best, many))
    except ServerFailed as failed:
        run.voids.append(ServiceVoid(best, 0, failed.cause, failed.detail, many))
    if run.inside and (larger := with_larger_pool(best, run.inside[-1], run.loads, run.cores)):
        run.setups.append(larger)
        chosen.append(larger)


def most_in_flight(run: ServiceRun) -> int:
    """The highest level that was measured."""
    return max((load.in_flight for load in run.loads), default=1)


def possible(run: ServiceRun, setup: ServerSetup, in_flight: int) -> bool:
    """Whether that level was measured before, or nothing was yet."""
    measured = {load.in_flight for load in run.loads if load.setup == setup and not load.share}
    return not measured or in_flight in measured


def capacities(loads: list[LoadSeen]) -> dict[ServerSetup, float]:
    """The highest usual rate of each set-up."""
    rates: dict[tuple[ServerSetup, int], list[float]] = {}
    for load in loads:
        if not load.share:
            rates.setdefault((load.setup, load.in_flight), []).append(load.rate)
    found: dict[ServerSetup, float] = {}
    for (setup, _), values in rates.items():
        found[setup] = max(found.get(setup, 0.0), statistics.median(values))
    return found


def contenders(run: ServiceRun) -> list[ServerSetup]:
    """The set-ups to measure again."""
    lost = {void.setup for void in run.voids if void.cause in FATAL}
    found = {setup: rate for setup, rate in capacities(run.loads).items() if setup not in lost}
    return list(most_promising(found, CONTENDERS, LEAST_SHARE)) if found else []
