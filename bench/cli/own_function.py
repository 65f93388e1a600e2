"""From what was typed to a function of the user's own."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

from bench.core.errors import UserError
from bench.core.user_function import Own

NAME = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")


def own_function(
    function: str | None, async_function: str | None, setup: str | None, args: str, calls: int
) -> Own:
    """The function as a workload. Raises UserError for what is no function's name or no JSON."""
    if not function and not async_function:
        raise UserError("Nothing to advise on: name a function, such as `advise path/to/file.py:function`.")
    try:
        given = json.loads(args)
    except ValueError as error:
        raise UserError(
            f"--args {args!r} is no JSON ({error}): write a list, such as '[1, \"a\"]'."
        ) from None
    if not isinstance(given, list | dict):
        raise UserError(f"--args {args!r} is neither a list nor an object: write [{args}] for one argument.")
    return Own(
        function=found(function, "the function") if function else "",
        async_function=found(async_function, "--async-function") if async_function else "",
        setup=found(setup, "--setup") if setup else "",
        args=args,
        folder=os.getcwd(),
        calls=calls,
    )


def shared(calls: int, arms: int) -> int:
    """The calls that are left to each of several arms, measured in more blocks than advice takes."""
    from bench.planning.prepare import PAIRED_BLOCKS
    from bench.planning.studies.advice import BLOCKS

    return calls * BLOCKS // (PAIRED_BLOCKS * arms)


def found(target: str, what: str) -> str:
    """The target with its file's full path. Raises UserError where there is no such file or no name."""
    where, colon, name = target.rpartition(":")
    if not colon or not where or not NAME.fullmatch(name):
        raise UserError(
            f"{target!r} names no function ({what}): write path/to/file.py:function or module:function."
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
