"""How the help of a command looks: its options in groups, each with what it takes."""

from collections.abc import Mapping, Sequence

import click

SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 110}
GROUPS: Mapping[str, Sequence[str]] = {  # of options, by parameter; the rest stand under "Options"
    "The function": ("async_function", "setup", "args", "inputs", "max_calls"),
    "What to measure": (
        *("workloads", "clients", "runners", "concurrency", "tasks", "params", "studies"),
        *("pythons", "python", "against"),
    ),
    "Duration and statistics": (
        *("quick", "thorough", "blocks", "budget_s", "seed", "threshold"),
        *("fail_if_slower", "anyway", "memory_limit", "keep_env"),
    ),
    "Servers": ("mongo_uri", "mongod", "dask_scheduler"),
}
METAVARS: Mapping[str, str] = {
    "async_function": "FUNCTION",
    "setup": "FUNCTION",
    "args": "JSON",
    "workloads": "NAME",
    "clients": "NAME",
    "runners": "NAME",
    "studies": "NAME",
    "params": "NAME=VALUE",
    "pythons": "PYTHON",
    "python": "PYTHON",
    "budget_s": "DURATION",
    "threshold": "SHARE",
    "memory_limit": "SIZE",
    "mongo_uri": "URI",
    "mongod": "PATH",
    "dask_scheduler": "URL",
    "out": "PATH",
    "model": "NAME",
    "format": "NAME",
}
EXAMPLES: Mapping[str, Sequence[str]] = {
    "all": ("all", "all --quick --open", "all --python 3.11 --python 3.14t"),
    "run": (
        "run -w http -r threading -r asyncio -c 64",
        "run --study latency",
        "run --resume RUN",
    ),
    "sweep": ("sweep", "sweep -w mongo -r asyncio -c 1 -c 100"),
    "advise": ("advise path/to/file.py:function", "advise package.module:function --args '[1]' --budget 2m"),
    "compare": (
        "compare reports/A reports/B",
        "compare path/to/file.py:function --against main --fail-if-slower 5%",
    ),
    "claims": ("claims", "claims reports/A --python 3.14t"),
    "report": ("report reports/latest --open",),
    "export": ("export --format markdown", "export --format trace --out trace.json"),
    "demo": ("demo", "demo race --model threading"),
}


class GroupedCommand(click.Command):
    """A command whose help has groups of options and examples."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [each for each in self.get_params(ctx) if isinstance(each, click.Option)]
        records = {each.name: record for each in options if (record := each.get_help_record(ctx))}
        for title, names in GROUPS.items():
            if found := [records.pop(name) for name in names if name in records]:
                with formatter.section(title):
                    formatter.write_dl(found)
        if records:
            with formatter.section("Options"):
                formatter.write_dl(list(records.values()))
        if examples := EXAMPLES.get(self.name or ""):
            start = ctx.command_path.rpartition(" ")[0]
            with formatter.section("Examples"):
                for example in examples:
                    formatter.write(f"{'':{formatter.current_indent}}{start} {example}\n")


def named(parameters: Sequence[click.Parameter]) -> list[click.Parameter]:
    """The parameters, each with what it takes: NAME, N or DURATION instead of a type."""
    for each in parameters:
        if isinstance(each, click.Option) and not each.is_flag and each.metavar is None:
            number = isinstance(each.type, click.types.IntParamType | click.types.FloatParamType)
            each.metavar = METAVARS.get(str(each.name)) or ("N" if number else None)
    return list(parameters)
