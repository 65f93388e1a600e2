"""Options that several commands share."""

from __future__ import annotations

import os
import re
import shlex
import sys
from typing import Annotated, TypedDict

import typer

from bench.core.credentials import repeatable
from bench.core.errors import UserError

Workloads = Annotated[
    list[str],
    typer.Option("--workload", "-w", help="A workload: name, name[client] or file.py:Class; again for more."),
]
Clients = Annotated[list[str], typer.Option("--client", help="Only workloads with this client library.")]
Runners = Annotated[list[str], typer.Option("--runner", "-r", help="A concurrency model; again for more.")]
Pythons = Annotated[
    list[str],
    typer.Option(
        "--python",
        help="An interpreter, by version (3.14, 3.14t), name or path; again for more, measured side by side.",
    ),
]
Against = Annotated[
    str,
    typer.Option(
        metavar="REV",
        help="A git revision of the measured code: it is measured in the same blocks, and compared.",
    ),
]
Concurrency = Annotated[
    int | None, typer.Option("--concurrency", "-c", min=1, max=100_000, help="Tasks in flight at once.")
]
Tasks = Annotated[
    int | None, typer.Option("--tasks", "-n", min=1, max=10_000_000, help="Tasks in each batch.")
]
Params = Annotated[
    list[str],
    typer.Option("--param", "-p", help="A workload's parameter, as name=value: -p delay=0.05."),
]
Quick = Annotated[
    bool, typer.Option("--quick", help="3 blocks of the essential cells, in about a minute: indicative only.")
]
Thorough = Annotated[
    bool,
    typer.Option(
        "--thorough", help="15 to 40 blocks, until every interval is within 5 % or the budget is spent."
    ),
]
Blocks = Annotated[
    int | None, typer.Option(min=1, max=1000, help="Blocks to measure, instead of the mode's own number.")
]
Budget = Annotated[str | None, typer.Option(help="Begin no block that would end later: 90s, 10m, 1h.")]
Seed = Annotated[
    int | None,
    typer.Option(min=0, max=2**63, help="Seed of the order of cells; drawn and recorded when not given."),
]
Out = Annotated[str, typer.Option(help="The folder that gets the run's folder.")]
Threshold = Annotated[
    float | None,
    typer.Option(
        min=0.001,
        max=1.0,
        help="Ratios within this of 1 count as equal: 0.05 (5 %), or 0.01 for what is compared with itself.",
    ),
]
MongoUri = Annotated[
    str | None,
    typer.Option(help="A real MongoDB, such as the one of docker compose (or set BENCH_MONGO_URI)."),
]
Mongod = Annotated[
    str | None,
    typer.Option(help="Start this mongod binary; 'installed' finds the one of the extra or on PATH."),
]
Resume = Annotated[
    str | None,
    typer.Option(
        metavar="RUN", help="Go on with a run that ended early, by its folder; needs no other option."
    ),
]

MemoryLimit = Annotated[
    str | None,
    typer.Option(help="End a cell whose processes take more memory than this, together: 500M, 2G."),
]
DaskScheduler = Annotated[
    str | None,
    typer.Option(help="tcp://host:port: the model dask on the workers of this cluster, and not on its own."),
]

LONGEST_BUDGET_S = 31 * 86_400
SCHEDULER = re.compile(r"tcp://(\[[0-9a-fA-F:.]+\]|[\w.-]+):\d{1,5}")
SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600}


def mode_of(quick: bool, thorough: bool) -> str:
    """The mode's name. Raises UserError for both at once."""
    if quick and thorough:
        raise UserError("--quick and --thorough contradict each other: choose one.")
    return "quick" if quick else "thorough" if thorough else "default"


def seconds_of(text: str | None) -> float | None:
    """A time such as 90, 90s, 10m or 1h, in seconds. Raises UserError."""
    if text is None:
        return None
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smh]?)", text.strip())
    if not match or not float(match[1]):
        raise UserError(f"--budget {text!r} is no time: write it as 90s, 10m or 1h.")
    seconds = float(match[1]) * SECONDS[match[2]]
    if seconds > LONGEST_BUDGET_S:
        raise UserError(f"--budget {text[:40]!r} is longer than a month: write it as 90s, 10m or 1h.")
    return seconds


def threshold_of(given: float | None, *, side_by_side: bool = False) -> float:
    """The threshold, by default a smaller one where pairs tell smaller differences apart."""
    return given or (0.01 if side_by_side else 0.05)


def bytes_of(text: str | None) -> int | None:
    """A size such as 500M, 2G or 1.5GiB, in bytes. Raises UserError."""
    if text is None:
        return None
    match = re.fullmatch(r"(\d{1,12}(?:\.\d+)?)([KMGT]?)(?:i?B)?", text.strip(), re.IGNORECASE)
    if not match or not float(match[1]):
        raise UserError(f"--memory-limit {text[:40]!r} is no size: write it as 500M or 2G.")
    return int(float(match[1]) * 1024 ** " KMGT".index(match[2].upper() or " "))


class MongoOptions(TypedDict):
    """What `selection.Options` wants to know of MongoDB."""

    mongo_uri: str | None
    mongo_uri_is_option: bool
    mongod: str | None


def mongo_of(uri: str | None, mongod: str | None) -> MongoOptions:
    """Which MongoDB: that of the option, else that of the environment. Raises UserError for both at once,
    and for an empty URI."""
    if uri == "":
        raise UserError(
            "--mongo-uri is empty: give a URI such as mongodb://127.0.0.1:27017, or leave it out."
        )
    if uri and mongod is not None:
        raise UserError("--mongo-uri and --mongod contradict each other: choose one.")
    found = uri or os.environ.get("BENCH_MONGO_URI") or None
    return MongoOptions(
        mongo_uri=found if mongod is None else None, mongo_uri_is_option=bool(uri), mongod=mongod
    )


def alone(context: typer.Context) -> None:
    """Raise UserError for an option beside --resume that would change the plan."""
    for option in context.command.params:
        name = option.name or ""
        source = context.get_parameter_source(name)
        if source and source.name == "COMMANDLINE" and name not in ("resume", "mongo_uri"):
            raise UserError(
                f"{option.opts[0]} contradicts --resume: a run goes on as it was planned. Leave it out, or"
                " begin a new run."
            )


def scheduler_of(address: str | None) -> str | None:
    """Where the Dask cluster is. Raises UserError for what is no tcp://host:port."""
    if address is not None and not SCHEDULER.fullmatch(str(address)):
        raise UserError(f"--dask-scheduler {address!r} is no address: write it as tcp://127.0.0.1:8786.")
    return address


def command_line() -> str:
    """The command as it was typed, without the credentials of URIs."""
    typed = sys.argv[1:]
    words = list(map(_shown, typed, ["", *typed]))
    return shlex.join(["python", "-m", "bench", *words])


def _shown(word: str, before: str) -> str:
    option, sign, uri = word.partition("=") if word.startswith("--mongo-uri=") else ("", "", word)
    if option or before == "--mongo-uri":
        return option + sign + repeatable(uri)
    return re.sub(r"://.*@", "://***@", word, flags=re.DOTALL)
