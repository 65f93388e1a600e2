"""From the options to what is wanted of each interpreter, before anything was tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bench.core.errors import UserError
from bench.core.records import Finding, Machine, Missing
from bench.core.runner import Runner
from bench.core.workload import Workload
from bench.environment.checks import Scene, look
from bench.environment.interpreter import Host
from bench.environment.machine import describe_machine
from bench.planning.selection import Choice, Options, choose
from bench.planning.sizing import concurrency_of
from bench.planning.study import CellRequest
from bench.planning.study_cells import cell_requests, name_of

NO_CELLS = (
    "what was chosen has no cells with those runners and workloads; choose others, or see"
    " `python -m bench list`"
)


@dataclass(frozen=True)
class Wish:
    """What is wanted of one interpreter."""

    host: Host
    choices: Sequence[Choice]  # of the comparison
    requests: Sequence[CellRequest]  # of studies
    missing: Sequence[Missing]

    @property
    def runners(self) -> list[Runner]:
        """Those that are to be measured."""
        compared = [runner for choice in self.choices for runner in choice.runners]
        return list(dict.fromkeys([*compared, *(request.runner for request in self.requests)]))

    @property
    def workloads(self) -> dict[str, Workload]:
        """By the name that their cells give them."""
        main = {choice.workload.label(): choice.workload for choice in self.choices}
        return {name_of(request.workload): request.workload for request in self.requests} | main


@dataclass(frozen=True)
class Intent:
    """What is wanted, before anything was tried."""

    machine: Machine
    wishes: Sequence[Wish]  # one for each interpreter
    findings: Sequence[Finding] = ()  # of the machine, before anything ran

    @property
    def workloads(self) -> dict[str, Workload]:
        """Those of all interpreters: what has the same name is the same everywhere."""
        return {name: workload for wish in self.wishes for name, workload in wish.workloads.items()}

    @property
    def mongo_delay(self) -> float:
        """The seconds by which a MongoDB of our own delays its answers."""
        return max(map(longest_delay, self.wishes), default=0.0)


def intent(options: Options, hosts: Sequence[Host]) -> Intent:
    """What the options ask for. Raises UserError for what does not exist, and when nothing is left."""
    machine = describe_machine()
    wishes = [wish_of(options, host, machine.cores) for host in hosts]
    if not any(wish.choices or wish.requests for wish in wishes):
        raise nothing([missing for wish in wishes for missing in wish.missing])
    scene = Scene(connections=most_connections(options, wishes, machine.cores))
    return Intent(machine, wishes, list(look(scene, quick=True)))


def most_connections(options: Options, wishes: Sequence[Wish], cores: int) -> int:
    """To a service at once, by the cells with most in flight."""
    compared = [choice.workload for wish in wishes for choice in wish.choices if choice.workload.services]
    studied = [each.concurrency for wish in wishes for each in wish.requests if each.workload.services]
    usual = [concurrency_of(workload, options.concurrency, cores) for workload in compared]
    return max([*usual, *studied], default=0)


def wish_of(options: Options, host: Host, cores: int) -> Wish:
    """What the options ask of one interpreter."""
    choices, missing = choose(options, host)
    requests, lacking = cell_requests(options, host, cores)
    if options.mongo_uri:
        choices = [replace(choice, workload=on_real_server(choice.workload)) for choice in choices]
        requests = [replace(each, workload=on_real_server(each.workload)) for each in requests]
    wish = Wish(host, choices, requests, list(dict.fromkeys([*missing, *lacking])))
    return on_one_delay(wish) if options.mongod else wish


def nothing(missing: Sequence[Missing]) -> UserError:
    """The error where nothing can be measured."""
    reasons = dict.fromkeys(f"{m.workload or m.runner}: {m.reason}" for m in missing)
    return UserError(f"Nothing is left to measure: {'; '.join(reasons) or NO_CELLS}.")


def longest_delay(wish: Wish) -> float:
    """Of the workloads that query MongoDB, in seconds."""
    of_mongo = [workload for workload in wish.workloads.values() if "mongo" in workload.services]
    return max((getattr(workload, "delay", 0.0) for workload in of_mongo), default=0.0)


def on_one_delay(wish: Wish) -> Wish:
    """A local mongod delays every answer by the same: what studies would have it do otherwise gives way."""
    delay = longest_delay(wish)
    requests = []
    for request in wish.requests:
        workload = request.workload
        if "mongo" in workload.services and hasattr(workload, "delay"):
            workload = replace(workload, delay=delay)  # type: ignore[type-var]  # a dataclass
        requests.append(replace(request, workload=workload))
    return replace(wish, requests=requests)


def on_real_server(workload: Workload) -> Workload:
    """A user's own server adds no delay to its answers: its latency is its own."""
    if not hasattr(workload, "delay") or "mongo" not in workload.services:
        return workload
    return replace(workload, delay=0.0)  # type: ignore[type-var]  # a workload is a dataclass
