"""``python -m bench demo``: one construct of concurrency under every model, its code beside what happens."""

from __future__ import annotations

import sys

import click

from bench.cli.demo_shown import show, show_list
from bench.cli.output import make_console
from bench.core.demo import DEMOS, MODELS
from bench.core.errors import UserError
from bench.core.registry import unknown


@click.argument("name", required=False)
@click.option("--model", "-m", help="Only under sync, threading, multiprocessing or asyncio.")
def command(name: str | None, model: str | None) -> None:

    console = make_console()
    if model is not None and model not in MODELS:
        raise unknown("model", model, MODELS)
    if name is None:
        if model is not None:
            raise UserError("--model needs a demo: name one, such as `demo count --model asyncio`.")
        show_list(console)
    elif not show(DEMOS.get(name), MODELS if model is None else (model,), console):
        sys.exit(1)
