"""The user function as a workload, by the options."""

import os
import re
from pathlib import Path

from bench.core.errors import UserError
from bench.core.inputs import parse, read_inputs
from bench.core.user_function import Own
from bench.planning.options import DEFAULTS, Options
from bench.planning.plan import PAIRED_BLOCKS
from bench.planning.study import FEWEST_BLOCKS

NAME = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")


def user_function(options: Options) -> Own | None:
    """The user function, if the options name one. Raises UserError for a bad name or bad arguments."""
    if not options.has_function:
        return None
    calls = options.max_calls or 0
    if options.side_by_side:  # shared by two sides, which are measured in more blocks than advice takes
        calls = calls * FEWEST_BLOCKS // (PAIRED_BLOCKS * 2)
    inputs, number = _inputs(options)
    return Own(
        function=_target(options.function, "the function"),
        async_function=_target(options.async_function, "--async-function"),
        setup=_target(options.setup, "--setup"),
        args=_arguments(options.args),
        inputs=inputs,
        number=number,
        folder=os.getcwd(),
        calls=calls,
        budget_s=options.budget_s or 0.0,
    )


def _arguments(text: str) -> str:
    try:
        parse(text, f"--args {text!r}")
    except ValueError as error:
        raise UserError(f"{error}.") from None
    return text


def _inputs(options: Options) -> tuple[str, int]:
    """The full path of the file with the inputs, and their number; "" and 1 where none is named."""
    if not options.inputs:
        return "", 1
    if options.args != DEFAULTS.args:
        raise UserError("--inputs gives the arguments: leave out --args.")
    path = Path(os.path.expanduser(options.inputs))
    try:
        number = len(read_inputs(path))
    except OSError as error:
        raise UserError(f"--inputs {options.inputs} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise UserError(f"--inputs {options.inputs}: {error}.") from None
    return os.path.abspath(path), number


def _target(target: str, what: str) -> str:
    """The target with its file's full path; "" stays. Raises UserError where there is no such file."""
    if not target:
        return ""
    where, colon, name = target.rpartition(":")
    if not colon or not where or not NAME.fullmatch(name):
        raise UserError(
            f"{target!r} ({what}) is not a function: write path/to/file.py:function or module:function."
        )
    if where.endswith(".py"):
        path = os.path.expanduser(where)
        if not os.path.isfile(path):
            raise UserError(f"{target!r} ({what}): there is no file {where}.")
        return f"{os.path.abspath(path)}:{name}"
    if not NAME.fullmatch(where):
        raise UserError(
            f"{target!r} ({what}): {where!r} is neither a file ending in .py nor a module's name."
        )
    return target
