"""Options of the command line, made from the fields of ``Options``."""

import re
import shlex
import sys
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

import click
from click.core import ParameterSource

from bench.cli.completion import OF_OPTIONS
from bench.core.credentials import repeatable
from bench.core.errors import UserError
from bench.core.wording import listed
from bench.planning.options import RULES, Options
from bench.planning.rules import Rule

FUNCTION = ("function", "async_function", "setup", "args", "inputs", "max_calls")
SELECTION = ("workloads", "clients", "runners", "concurrency", "tasks", "params")

Command = Callable[..., None]


def takes_all_but(*left_out: str) -> Callable[[Command], Command]:
    """Every option of a measurement but these; the command gets them as one ``Options``."""
    return takes(name for name in RULES if name not in left_out)


def takes(names: Iterable[str]) -> Callable[[Command], Command]:
    """These options; the command gets them as one ``Options``, its first argument."""
    chosen = list(names)

    def add(command: Command) -> Command:
        @wraps(command)
        def with_options(**given: Any) -> None:
            values = {name: value for name in chosen if (value := _value(name, given)) is not None}
            command(Options(command=command_line(), **values), **given)

        for name in reversed(chosen):
            for parameter in reversed(_parameters(name, RULES[name])):
                parameter(with_options)
        return with_options

    return add


def _parameters(name: str, rule: Rule) -> list[Callable[[Command], Command]]:
    if rule.modes:
        return [click.option(f"--{mode}", mode, is_flag=True, help=text) for mode, text in rule.modes.items()]
    if not rule.flags:
        complete = OF_OPTIONS.get(name)
        return [click.argument(name, required=False, metavar=rule.metavar, shell_complete=complete)]
    if rule.kind is bool:
        return [click.option(*rule.flags, name, is_flag=True, default=None, help=rule.help)]
    kind = str if rule.read else rule.kind
    return [
        click.option(
            *rule.flags,
            name,
            type=kind,
            multiple=rule.several,
            metavar=rule.metavar,
            help=rule.help,
            shell_complete=OF_OPTIONS.get(name),
        )
    ]


def _value(name: str, given: dict[str, Any]) -> Any:
    """The value that was given, taken from among those of the command; None: none was."""
    rule = RULES[name]
    if rule.modes:
        chosen = [mode for mode in rule.modes if given.pop(mode)]
        if len(chosen) > 1:
            raise UserError(f"{listed([f'--{mode}' for mode in chosen])} contradict each other: choose one.")
        return chosen[0] if chosen else None
    value = given.pop(name)
    return rule.read(value) if rule.read and value is not None else value


def given_on_the_command_line(context: click.Context) -> dict[str, str]:
    """The options that were typed, each parameter's name with the flag that a user knows it by."""
    return {
        str(parameter.name): min(parameter.opts, key=len)
        for parameter in context.command.params
        if context.get_parameter_source(str(parameter.name)) is ParameterSource.COMMANDLINE
    }


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
