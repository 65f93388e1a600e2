"""The summary in a terminal, whatever its width and however many models there are."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from bench.core.runner import RUNNERS
from bench.findings.collect import collect
from bench.planning.descriptions import describe_runner
from bench.report.terminal.summary import print_run
from tests.made_up import run_of

MODELS = [runner.name for runner in RUNNERS.all if runner.name != "sync"]


@pytest.mark.parametrize("width", [60, 80, 140])
def test_every_model_has_a_column_that_can_be_read(width: int) -> None:
    run = run_of({("sleep", model): 15.0 for model in MODELS})
    plan = replace(run.plan, runners=[describe_runner(runner) for runner in RUNNERS.all])
    out = io.StringIO()
    print_run(collect(replace(run, plan=plan)), Console(file=out, width=width))
    table = out.getvalue().partition("speed-up over")[2].partition("below:")[0]
    assert all(model in table for model in MODELS)
    assert all(len(line) <= width for line in out.getvalue().splitlines())
    assert table.count("15.0x") == len(MODELS)
