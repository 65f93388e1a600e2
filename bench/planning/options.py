"""What is asked for: one frozen dataclass with its bounds and rules, which the command line and ``bench.run``
build. A new option is a field here and the place that uses it."""

from __future__ import annotations

import os
import re
import shlex
from dataclasses import dataclass, fields, replace
from pathlib import Path

from bench.core.credentials import repeatable
from bench.core.errors import UserError
from bench.core.variables import is_taken_out
from bench.planning.rules import (
    LONGEST_BUDGET_S,
    Rule,
    kind_of,
    option,
    read_seconds,
    read_share,
    read_size,
    require,
)
from bench.planning.settings import read_settings

ADVICE_S = 60.0  # budget of advice
SCHEDULER = re.compile(r"tcp://(\[[0-9a-fA-F:.]+\]|[\w.-]+):\d{1,5}")
MODES = {  # beside the default
    "quick": "3 blocks of the essential cells, in about a minute: indicative only.",
    "thorough": "15 to 40 blocks, until every interval is within 5 % or the budget is spent.",
}
OUT = "reports"
PLACES = ("out", "mongo_uri")  # change nothing in what is measured


@dataclass(frozen=True)
class Options:
    """What the user asked for. None and () mean: as the mode has it."""

    function: str = option("", "path/to/file.py:function or package.module:function.", "", metavar="FUNCTION")
    async_function: str = option(
        "--async-function", "Its async counterpart, or an async function on its own.", ""
    )
    setup: str = option(
        "--setup", "Called once in each worker; its return value becomes the function's first argument.", ""
    )
    args: str = option(
        "--args", "The function's arguments as JSON: a list, or an object for keyword arguments.", "[]"
    )
    inputs: str = option(
        "--inputs",
        "A file with the arguments of one call per line, as JSON; calls take them in turn.",
        "",
        metavar="FILE",
    )
    max_calls: int | None = option(
        "--max-calls",
        "Most calls of the function in total; by default 100,000 tasks, each of one or more calls.",
        minimum=50,
        maximum=10**12,
    )
    workloads: tuple[str, ...] = option(
        "--workload -w", "A workload: name, name[client] or file.py:Class; repeat for more.", ()
    )
    clients: tuple[str, ...] = option("--client", "Only workloads that use this client library.", ())
    runners: tuple[str, ...] = option("--runner -r", "A concurrency model; repeat for more.", ())
    all_runners: bool = option(
        "--all-runners", "Every model available here, not just the core ones.", False, kind=bool
    )
    concurrency: tuple[int, ...] = option(
        "--concurrency -c",
        "Tasks in flight at once; repeatable with sweep and advise.",
        (),
        minimum=1,
        maximum=100_000,
    )
    tasks: int | None = option("--tasks -n", "Tasks in each batch.", minimum=1, maximum=10_000_000)
    params: tuple[str, ...] = option(
        "--param -p", "A workload's parameter, as name=value: -p delay=0.05.", ()
    )
    pythons: tuple[str, ...] = option(
        "--python",
        "An interpreter, by version (3.14, 3.14t), name or path; repeat to measure several side by side.",
        (),
        setting=True,
        is_path=lambda value: "/" in value,
    )
    against: str = option(
        "--against",
        "Measure this git revision of the code in the same blocks, and compare.",
        "",
        metavar="REV",
    )
    studies: tuple[str, ...] = option("--study", "A question with its own measurements: see `list`.", ())
    mode: str = option("", "", "default", modes=MODES)
    blocks: int | None = option(
        "--blocks", "Number of blocks, instead of the mode's default.", minimum=1, maximum=1000
    )
    budget_s: float | None = option(
        "--budget",
        "Start no block that would end later: 90s, 10m, 1h (advise: 60s by default).",
        minimum=0.001,
        maximum=LONGEST_BUDGET_S,
        read=read_seconds,
        write=lambda value: f"{value:.15g}s",
        setting=True,
    )
    seed: int | None = option(
        "--seed", "Seed for the order of cells; random, and recorded, if not given.", minimum=0, maximum=2**63
    )
    out: str | None = option(
        "--out",
        f"The folder in which to create the run's folder; {OUT} by default.",
        setting=True,
        is_path=lambda value: True,
    )
    threshold: float | None = option(
        "--threshold",
        "Ratios this close to 1 count as equal: 0.05, or 0.01 for revisions and environments side by side.",
        minimum=0.001,
        maximum=1,
        read=read_share,
        write=lambda value: f"{100 * value:.15g}%",
        setting=True,
    )
    memory_limit: int | None = option(
        "--memory-limit",
        "Stop a cell whose processes together use more memory than this: 500M, 2G.",
        minimum=1,
        maximum=2**60,
        read=read_size,
    )
    keep_env: tuple[str, ...] = option(
        "--keep-env",
        "Keep this variable in measured processes, although it slows or tunes them (PYTHONASYNCIODEBUG,"
        " OMP_NUM_THREADS); repeat for more.",
        (),
        metavar="NAME",
    )
    mongo_uri: str | None = option(
        "--mongo-uri",
        "URI of a real MongoDB, such as the one from docker compose (or BENCH_MONGO_URI).",
        write=repeatable,
        setting=True,
    )
    mongod: str | None = option("--mongod", "Start this mongod binary; 'installed' finds one.")
    dask_scheduler: str | None = option(
        "--dask-scheduler", "Run the model dask on this cluster: tcp://host:port."
    )

    everything: bool = False  # `all`: the comparison, its studies and the demos
    side_by_side: bool = False  # only what was chosen, compared with itself: no baselines
    mongo_uri_origin: str = ""  # where it is set once, there a dead server is no error; "": it is an option
    command: str = ""  # as typed, or the one that does the same

    @property
    def folder(self) -> Path:
        """Where the run's folder is made."""
        return Path(self.out or OUT)

    @property
    def has_function(self) -> bool:
        """Whether a function of the user's is measured."""
        return bool(self.function or self.async_function)

    @property
    def compares(self) -> bool:
        """Whether workloads are compared under models; else studies alone are measured."""
        return self.everything or not (self.studies or self.has_function)

    def checked(self) -> Options:
        """These options, completed by what follows from them and by the environment.

        Raises UserError for a value out of its bounds and for options that contradict each other.
        """
        for name, rule in RULES.items():
            value = getattr(self, name)
            for each in value if isinstance(value, tuple) else [value]:
                if value is not None or rule.modes:
                    require(name, rule, each)
        if self.has_function and (self.workloads or self.tasks is not None or self.params or self.clients):
            raise UserError("-w, --client, -p and -n apply to workloads, not to a function: leave them out.")
        if not self.has_function and len(self.concurrency) > 1 and not self.studies:
            raise UserError("Only sweep and advise take several -c: give one.")
        if self.studies and self.tasks is not None:
            raise UserError("A study sets its own number of tasks: leave out -n or --study.")
        if self.studies and self.against:
            raise UserError("A study cannot compare revisions: leave out --against or --study.")
        if self.out == "":
            raise UserError("--out is empty: name a folder.")
        if self.dask_scheduler is not None and not SCHEDULER.fullmatch(self.dask_scheduler):
            raise UserError(
                f"--dask-scheduler {self.dask_scheduler!r} is not an address: write it as tcp://127.0.0.1:8786."
            )
        for name in self.keep_env:
            _require_kept(name)
        if self.mongo_uri == "":
            raise UserError(
                "--mongo-uri is empty: give a URI such as mongodb://127.0.0.1:27017, or leave it out."
            )
        if self.mongo_uri and self.mongod is not None:
            raise UserError("--mongo-uri and --mongod contradict each other: choose one.")
        return self.with_settings()._with_consequences()

    def with_settings(self) -> Options:
        """These options, and what is set once instead of those that are not given; their command, too, has
        it, but for where results and servers are. Raises UserError for a setting that is wrong."""
        settings = {name: each for name, each in read_settings(RULES).items() if not self.has(name)}
        if self.mongod is not None:
            settings.pop("mongo_uri", None)
        mongo = settings.get("mongo_uri")
        shown = (RULES[name].words(each.value) for name, each in settings.items() if name not in PLACES)
        words = shlex.join(word for words in shown for word in words)
        return replace(
            self,
            **{name: each.value for name, each in settings.items()},
            mongo_uri_origin=mongo.origin if mongo else self.mongo_uri_origin,
            command=f"{self.command or command_of(self)} {words}".rstrip(),
        )

    def has(self, name: str) -> bool:
        """Whether an option that can be set once was given."""
        return getattr(self, name) not in (None, ())

    def _with_consequences(self) -> Options:
        side_by_side = self.side_by_side or bool(self.against)
        advises = self.has_function and not side_by_side and self.mode == "default" and self.blocks is None
        return replace(
            self,
            side_by_side=side_by_side,
            budget_s=self.budget_s or (ADVICE_S if advises else None),
            threshold=self.threshold or (0.01 if side_by_side else 0.05),
            concurrency=tuple(sorted(set(self.concurrency))),
        )


RULES: dict[str, Rule] = {
    each.name: replace(
        each.metadata["rule"], kind=kind_of(str(each.type)), several=isinstance(each.default, tuple)
    )
    for each in fields(Options)
    if each.metadata
}
"""The options that a user can give, in the order in which ``--help`` has them."""
DEFAULTS = Options()


def _require_kept(name: str) -> None:
    """Raise UserError unless a variable of that name is set, and would be taken out."""
    if not re.fullmatch(r"\w+", name):
        raise UserError(f"--keep-env {name!r} is not a variable's name: write it as PYTHONASYNCIODEBUG.")
    if not is_taken_out(name):
        raise UserError(f"--keep-env {name}: measured processes keep it anyway; leave the option out.")
    if not os.environ.get(name):
        raise UserError(f"--keep-env {name}: it is not set; set it, or leave the option out.")


def command_of(options: Options) -> str:
    """The command that does the same: it is saved with the run, to make it again by. No credentials."""
    words = ["python", "-m", "bench", "advise" if options.has_function else "run"]
    for name, rule in RULES.items():
        given = getattr(options, name)
        if given != getattr(DEFAULTS, name) and not (name == "mongo_uri" and options.mongo_uri_origin):
            words += rule.words(given)
    return shlex.join(words)
