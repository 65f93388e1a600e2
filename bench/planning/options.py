"""What is asked for: one frozen dataclass with its bounds and rules, which the command line and ``bench.run``
build. A new option is a field here and the place that uses it."""

from __future__ import annotations

import math
import os
import re
import shlex
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from numbers import Integral, Real
from typing import Any

from bench.core.credentials import repeatable
from bench.core.errors import UserError
from bench.core.registry import unknown
from bench.core.variables import is_taken_out

MONGO_VARIABLE = "BENCH_MONGO_URI"
LONGEST_BUDGET_S = 31 * 86_400.0
ADVICE_S = 60.0  # budget of advice
SCHEDULER = re.compile(r"tcp://(\[[0-9a-fA-F:.]+\]|[\w.-]+):\d{1,5}")
MODES = {  # beside the default
    "quick": "3 blocks of the essential cells, in about a minute: indicative only.",
    "thorough": "15 to 40 blocks, until every interval is within 5 % or the budget is spent.",
}
SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600}


@dataclass(frozen=True)
class Rule:
    """How an option is written on the command line, and what its value may be."""

    flags: tuple[str, ...]  # none: it is the command's argument
    help: str
    kind: type = str  # by the field's annotation
    minimum: float = -math.inf
    maximum: float = math.inf
    metavar: str | None = None
    read: Callable[[str], Any] | None = None  # text to value; raises UserError
    write: Callable[[Any], str] = str
    modes: Mapping[str, str] = field(default_factory=dict)  # a flag for each value, with its help


def option(flags: str, help: str, default: Any = None, **rule: Any) -> Any:
    """A field that is an option of the command line; ``flags``: "--tasks -n"."""
    return field(default=default, metadata={"rule": Rule(tuple(flags.split()), help, **rule)})


def read_seconds(text: str) -> float:
    """A time such as 90, 90s, 10m or 1h, in seconds. Raises UserError."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smh]?)", text.strip())
    if not match or not float(match[1]):
        raise UserError(f"--budget {text!r} is not a time: write it as 90s, 10m or 1h.")
    found = float(match[1]) * SECONDS[match[2]]
    if found > LONGEST_BUDGET_S:
        raise UserError(f"--budget {text[:40]!r} is longer than a month: write it as 90s, 10m or 1h.")
    return found


def read_size(text: str) -> int:
    """A size such as 500M, 2G or 1.5GiB, in bytes. Raises UserError."""
    match = re.fullmatch(r"(\d{1,12}(?:\.\d+)?)([KMGT]?)(?:i?B)?", text.strip(), re.IGNORECASE)
    if not match or not float(match[1]):
        raise UserError(f"--memory-limit {text[:40]!r} is not a size (try 500M).")
    return int(float(match[1]) * 1024 ** " KMGT".index(match[2].upper() or " "))


@dataclass(frozen=True)
class Options:
    """What the user asked for. None and () mean: as the mode has it."""

    function: str = option("", "path/to/file.py:function or package.module:function.", "", metavar="FUNCTION")
    async_function: str = option("--async-function", "Its asynchronous twin; or an async function alone.", "")
    setup: str = option(
        "--setup", "Called once in each worker; what it returns is the function's first argument.", ""
    )
    args: str = option(
        "--args", "The function's arguments as JSON: a list, or an object of named ones.", "[]"
    )
    max_calls: int | None = option(
        "--max-calls",
        "Call the function at most this often, all in all; 100,000 unless given, or tasks of several calls.",
        minimum=50,
        maximum=10**12,
    )
    workloads: tuple[str, ...] = option(
        "--workload -w", "A workload: name, name[client] or file.py:Class; repeat for more.", ()
    )
    clients: tuple[str, ...] = option("--client", "Only workloads that use this client library.", ())
    runners: tuple[str, ...] = option("--runner -r", "A concurrency model; repeat for more.", ())
    all_runners: bool = option(
        "--all-runners", "Every model that is available here, not only the core ones.", False, kind=bool
    )
    concurrency: tuple[int, ...] = option(
        "--concurrency -c",
        "Tasks that may be in flight at once; repeat for more where several are measured.",
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
        "An interpreter, by version (3.14, 3.14t), name or path; repeat for more, side by side.",
        (),
    )
    against: str = option(
        "--against",
        "A git revision of the measured code, measured in the same blocks and compared.",
        "",
        metavar="REV",
    )
    studies: tuple[str, ...] = option("--study", "A question with cells of its own: see `list`.", ())
    mode: str = option("", "", "default", modes=MODES)
    blocks: int | None = option(
        "--blocks", "Blocks to measure, instead of the mode's own number.", minimum=1, maximum=1000
    )
    budget_s: float | None = option(
        "--budget",
        "Begin no block that would end later: 90s, 10m, 1h; advise: 60s unless given.",
        minimum=0.001,
        maximum=LONGEST_BUDGET_S,
        read=read_seconds,
        write=lambda value: f"{value:.15g}s",
    )
    seed: int | None = option(
        "--seed", "Seed of the order of cells; drawn and recorded if not given.", minimum=0, maximum=2**63
    )
    out: str = option("--out", "The folder in which the run's folder is made.", "reports")
    threshold: float | None = option(
        "--threshold",
        "Ratios this close to 1 count as equal: 0.05, or 0.01 for revisions and environments side by side.",
        minimum=0.001,
        maximum=1,
    )
    memory_limit: int | None = option(
        "--memory-limit",
        "End a cell whose processes together take more memory than this: 500M, 2G.",
        minimum=1,
        maximum=2**60,
        read=read_size,
    )
    keep_env: tuple[str, ...] = option(
        "--keep-env",
        "Leave this variable to measured processes, though it slows or tunes them (PYTHONASYNCIODEBUG,"
        " OMP_NUM_THREADS); repeat for more.",
        (),
        metavar="NAME",
    )
    mongo_uri: str | None = option(
        "--mongo-uri",
        f"A real MongoDB, such as that of docker compose (or {MONGO_VARIABLE}).",
        write=repeatable,
    )
    mongod: str | None = option("--mongod", "Start this mongod binary; 'installed' finds one.")
    dask_scheduler: str | None = option(
        "--dask-scheduler", "tcp://host:port: run the model dask on the workers of this cluster."
    )

    everything: bool = False  # `all`: the comparison, its studies and the demos
    side_by_side: bool = False  # only what was chosen, compared with itself: no baselines
    mongo_uri_is_option: bool = True  # False: from the environment, where a dead server is no error
    command: str = ""  # as typed, or the one that does the same

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
                    _require(name, rule, each)
        if self.has_function and (self.workloads or self.tasks is not None or self.params or self.clients):
            raise UserError("-w, --client, -p and -n are for workloads: leave them out, or the function.")
        if not self.has_function and len(self.concurrency) > 1 and not self.studies:
            raise UserError("-c stands once, but for sweep and advise, which measure several: name one.")
        if self.studies and self.tasks is not None:
            raise UserError("A study sets its own number of tasks: leave out -n, or --study.")
        if self.studies and self.against:
            raise UserError("A study has questions of its own: leave out --against, or --study.")
        if not self.out:
            raise UserError("--out is empty: name a folder.")
        if self.dask_scheduler is not None and not SCHEDULER.fullmatch(self.dask_scheduler):
            raise UserError(
                f"--dask-scheduler {self.dask_scheduler!r} is not an address: write it as tcp://127.0.0.1:8786."
            )
        for name in self.keep_env:
            _require_kept(name)
        side_by_side = self.side_by_side or bool(self.against)
        usual = self.mode == "default" and self.blocks is None
        return replace(
            self._with_mongo(),
            side_by_side=side_by_side,
            all_runners=self.all_runners or (self.has_function and not self.runners),
            budget_s=self.budget_s
            or (ADVICE_S if self.has_function and usual and not side_by_side else None),
            threshold=self.threshold or (0.01 if side_by_side else 0.05),
            concurrency=tuple(sorted(set(self.concurrency))),
            command=self.command or command_of(self),
        )

    def _with_mongo(self) -> Options:
        if self.mongo_uri == "":
            raise UserError(
                "--mongo-uri is empty: give a URI such as mongodb://127.0.0.1:27017, or leave it out."
            )
        if self.mongo_uri and self.mongod is not None:
            raise UserError("--mongo-uri and --mongod contradict each other: choose one.")
        found = None if self.mongo_uri or self.mongod is not None else os.environ.get(MONGO_VARIABLE)
        return replace(self, mongo_uri=found, mongo_uri_is_option=False) if found else self


def _kind(annotation: str) -> type:
    """The type of the values of a field annotated so, for instance int for "tuple[int, ...]"."""
    return next((kind for kind in (int, float, bool) if kind.__name__ in annotation), str)


RULES: dict[str, Rule] = {
    each.name: replace(each.metadata["rule"], kind=_kind(str(each.type)))
    for each in fields(Options)
    if each.metadata
}
"""The options that a user can give, in the order in which ``--help`` has them."""
DEFAULTS = Options()


def _require(name: str, rule: Rule, value: Any) -> None:
    """Raise UserError unless the value is of the rule's kind and within its bounds."""
    if rule.modes:
        if value not in ("default", *rule.modes):
            raise unknown(name, str(value), ["default", *rule.modes])
    elif rule.kind is bool:
        return
    elif rule.kind is str:
        if not isinstance(value, str):
            raise UserError(f"{name}: {value!r} is not a name: give text.")
    else:
        noun = "a whole number" if rule.kind is int else "a number"
        fits = isinstance(value, Integral if rule.kind is int else Real) and not isinstance(value, bool)
        if not fits or not rule.minimum <= value <= rule.maximum:
            raise UserError(
                f"{name}={value!r}: it must be {noun} between {rule.minimum:,} and {rule.maximum:,}."
            )


def _require_kept(name: str) -> None:
    """Raise UserError unless a variable of that name is set, and would be taken out."""
    if not re.fullmatch(r"\w+", name):
        raise UserError(f"--keep-env {name!r} is not a variable's name: write it as PYTHONASYNCIODEBUG.")
    if not is_taken_out(name):
        raise UserError(f"--keep-env {name}: measured processes have it anyway; leave the option out.")
    if not os.environ.get(name):
        raise UserError(f"--keep-env {name}: it is not set; set it, or leave the option out.")


def options_of(given: Mapping[str, Any]) -> Options:
    """The options of these names, as a caller in Python gives them: one value or several where there may be
    several, paths, and ``params`` as a mapping. Raises UserError for a name that is no option's."""
    values = dict(given)
    for name, value in given.items():
        if name not in RULES:
            raise unknown("option", name, RULES)
        if name == "params" and isinstance(value, Mapping):
            values[name] = tuple(f"{parameter}={setting}" for parameter, setting in value.items())
        elif isinstance(getattr(DEFAULTS, name), tuple):
            values[name] = _several(value)
        elif isinstance(value, os.PathLike):
            values[name] = os.fspath(value)
    return Options(**values)


def _several(given: Any) -> tuple[Any, ...]:
    """One value or several; paths as text."""
    alone = given is None or isinstance(given, str | os.PathLike) or not isinstance(given, Iterable)
    values = () if given is None else [given] if alone else given
    return tuple(os.fspath(each) if isinstance(each, os.PathLike) else each for each in values)


def command_of(options: Options) -> str:
    """The command that does the same: it is saved with the run, to make it again by. No credentials."""
    words = ["python", "-m", "bench", "advise" if options.has_function else "run"]
    for name, rule in RULES.items():
        given = getattr(options, name)
        if given == getattr(DEFAULTS, name) or (name == "mongo_uri" and not options.mongo_uri_is_option):
            continue
        if rule.modes:
            words.append(f"--{given}")
        elif rule.kind is bool:
            words.append(rule.flags[0])
        else:
            flag = min(rule.flags, key=len, default=None)
            for value in given if isinstance(given, tuple) else [given]:
                words += [flag, rule.write(value)] if flag else [rule.write(value)]
    return shlex.join(words)
