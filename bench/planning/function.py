"""The user function as a workload, by the options."""

import json
import os
import re
from pathlib import Path

from bench.core.errors import UserError
from bench.core.user_function import Own
from bench.planning.options import Options
from bench.planning.plan import PAIRED_BLOCKS
from bench.planning.studies.advice import BLOCKS

NAME = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")


def user_function(options: Options) -> Own | None:
    """The user function, if the options name one. Raises UserError for a bad name or bad arguments."""
    if not options.has_function:
        return None
    calls = options.max_calls or 0
    if options.side_by_side:  # shared by two sides, which are measured in more blocks than advice takes
        calls = calls * BLOCKS // (PAIRED_BLOCKS * 2)
    return Own(
        function=_target(options.function, "the function"),
        async_function=_target(options.async_function, "--async-function"),
        setup=_target(options.setup, "--setup"),
        args=_arguments(options.args),
        folder=os.getcwd(),
        calls=calls,
        budget_s=options.budget_s or 0.0,
    )


def _arguments(text: str) -> str:
    try:
        given = json.loads(text)
    except ValueError as error:
        raise UserError(
            f"--args {text!r} is not JSON ({error}): write a list, such as '[1, \"a\"]'."
        ) from None
    if not isinstance(given, list | dict):
        raise UserError(f"--args {text!r} is neither a list nor an object: write [{text}] for one argument.")
    return text


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
        path = Path(where).expanduser()
        if not path.is_file():
            raise UserError(f"{target!r} ({what}): there is no file {where}.")
        return f"{os.path.abspath(path)}:{name}"
    if not NAME.fullmatch(where):
        raise UserError(
            f"{target!r} ({what}): {where!r} is neither a file ending in .py nor a module's name."
        )
    return target
