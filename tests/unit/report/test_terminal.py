"""The summary in a terminal, whatever its width and however many models there are."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from bench.core.run import Run
from bench.core.runner import RUNNERS
from bench.findings.collect import collect
from bench.planning.descriptions import describe_runner
from bench.report.terminal.summary import print_run
from tests.made_up import run_of

MODELS = [runner.name for runner in RUNNERS.all if runner.name != "sync"]
CORE = ("threading", "multiprocessing", "asyncio")


def printed(run: Run, width: int) -> str:
    out = io.StringIO()
    print_run(collect(run), Console(file=out, width=width))
    return out.getvalue()


@pytest.mark.parametrize("width", [60, 80, 140])
def test_every_model_has_a_column_that_can_be_read(width: int) -> None:
    run = run_of({("sleep", model): 15.0 for model in MODELS})
    plan = replace(run.plan, runners=[describe_runner(runner) for runner in RUNNERS.all])
    out = io.StringIO()
    print_run(collect(replace(run, plan=plan)), Console(file=out, width=width))
    table = out.getvalue().partition("speed-up")[2].partition("below:")[0]
    assert all(model in table for model in MODELS)
    assert all(len(line) <= width for line in out.getvalue().splitlines())
    assert table.count("15.0x") == len(MODELS)


@pytest.mark.parametrize(("width", "heads"), [(60, 2), (80, 1), (120, 1)])
def test_the_core_models_take_no_more_tables_than_they_must(width: int, heads: int) -> None:
    text = printed(run_of({("sleep", model): 15.0 for model in CORE}), width)
    assert text.count("over sync") == heads
    assert all(len(line) <= width for line in text.splitlines())


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_last_lines_are_few(width: int) -> None:
    speedups = {("sleep", model): 15.0 for model in CORE}
    speedups |= {(name, model): 1.9 for name in ("cpu-python", "cpu-native") for model in CORE}
    speedups |= {("cpu-python", "threading"): 0.92, ("cpu-python", "asyncio"): 1.0}
    speedups[("cpu-native", "asyncio")] = 3.9  # above its limit: a caveat
    before, _, after = printed(run_of(speedups), width).partition("Waiting, 16 at once")
    last = after.splitlines()
    assert len(last) <= 5  # and the path of the report
    assert (before.rstrip() if width == 60 else after.rstrip()).endswith("see the report, or --verbose.")
    assert "Computing in C" not in " ".join(last)
