"""The command line: the commands put together, and what a user's mistake looks like."""

import errno
import importlib
import os
import sys
import warnings
from typing import Any

import click

from bench import __version__
from bench.cli.exit_codes import INCOMPLETE, MEANINGS, MISTAKE
from bench.cli.help import SETTINGS, GroupedCommand, named
from bench.core.errors import NothingMeasured, PluginWarning, UserError
from bench.core.sanitize import one_line
from bench.core.wording import listed
from bench.environment.surroundings import require_working_directory
from bench.planning.options import RULES

COMMAND = "bench-concurrency"  # as it is installed
LONGEST_MESSAGE = 1000  # characters
FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
# Files open, room on a disk or in a quota, processes, memory: what no run can do without.
EXHAUSTED = {errno.EMFILE, errno.ENFILE, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EAGAIN, errno.ENOMEM}

COMMANDS = {  # each a module of this package, loaded when it is used
    "all": "Measure every workload under every core model, and write the report.",
    "run": "Measure selected workloads, clients and models with your parameters, or one study.",
    "sweep": "Measure throughput, latency, CPU and memory with 1, 2, 4 ... 1,024 tasks in flight.",
    "claims": "Test common claims about concurrency against a saved run, and answer questions from it.",
    "advise": "Recommend a model for your own function, and a number of tasks in flight.",
    "report": "Write a saved run's report and CSV again, and print its summary.",
    "export": "Write a saved run in another tool's format.",
    "compare": "Compare two saved runs cell by cell; or measure two revisions (--against) or environments"
    " (--python A --python B) in the same blocks, which resolves small differences. Also writes the page"
    " compare.html next to B's report; for two saved runs, --out names another folder.",
    "demo": "Demonstrate one construct of concurrency under each model.",
    "list": "List workloads, models, studies, formats and services, and which of them are available.",
    "doctor": "Check whether this machine is fit for benchmarking, and say what to do if it is not.",
}


class Commands(click.Group):
    """Loads a command when it is used: naming them all takes no time."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        run = importlib.import_module(f"bench.cli.{name}").command
        parameters = reversed(getattr(run, "__click_params__", []))
        return GroupedCommand(
            name,
            params=named(list(parameters)),
            callback=run,
            help=COMMANDS[name],
            context_settings=SETTINGS,
        )

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))
        keys, variables = zip(*((r.key, r.variable) for r in RULES.values() if r.setting), strict=True)
        with formatter.section("Set once"):
            formatter.write_text(
                f"{listed(keys)}: in [tool.bench] of pyproject.toml, or by {listed(variables)}. An option"
                " overrides a variable, a variable overrides the file; `doctor` shows what is set."
            )
        with formatter.section("Exit codes"):
            formatter.write_dl([(str(code), meaning) for code, meaning in MEANINGS.items()])


def show_version(context: click.Context, parameter: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(f"{COMMAND} {__version__}")
        context.exit()


app = Commands(
    name="bench",
    help="Compare Python's concurrency models on your own machine, and see what the GIL costs.",
    no_args_is_help=True,
    context_settings=SETTINGS,
    params=[
        click.Option(
            ["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=show_version,
            help="Show the version.",
        )
    ],
)


def tell_plugin_warnings() -> None:
    """Show what is left out of an installed package as a sentence, whatever becomes of other warnings."""
    show = warnings.showwarning

    def show_plainly(message: Warning | str, category: type[Warning], *rest: Any, **more: Any) -> None:
        if issubclass(category, PluginWarning):
            print(f"bench: {one_line(str(message), LONGEST_MESSAGE)}", file=sys.stderr)
        else:
            show(message, category, *rest, **more)

    warnings.showwarning = show_plainly
    warnings.simplefilter("always", PluginWarning)


def run() -> None:
    """Run the command; a user's mistake is one sentence and an exit code."""
    tell_plugin_warnings()
    wrong = MISTAKE
    name = COMMAND if os.path.basename(sys.argv[0]) == COMMAND else "python -m bench"
    try:
        require_working_directory()
        code = app.main(prog_name=name, standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        sys.exit(MISTAKE)
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else name
        said = f"{error.format_message()} See `{path} --help`."
    except NothingMeasured as error:
        said, wrong = str(error), INCOMPLETE
    except UserError as error:
        said = str(error)
    except click.Abort:
        raise KeyboardInterrupt from None
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        if error.errno in EXHAUSTED:
            said = f"The system ran out of a resource: {error.strerror}{where}. Results so far are kept."
        elif error.errno in FORBIDDEN:
            said = f"The system does not allow it: {error.strerror}{where}."
        else:
            raise
    else:
        sys.exit(code or 0)
    print(f"bench: {one_line(said, LONGEST_MESSAGE)}", file=sys.stderr)
    sys.exit(wrong)
