"""pyperf's JSON (its format 1.0): a benchmark for each cell of the comparison, values in seconds per task.

A pyperf run is what one process measured, and that is what a block of a cell is: each has a run with a single
value, so that pyperf's statistics are over processes, as ours. ``loops`` is the batch's tasks: a value times
its loops is the wall time of the batch.
"""

from typing import Any

from bench.core.observation import Observation
from bench.core.run import Plan
from bench.core.sanitize import one_line
from bench.findings.collect import Findings
from bench.report.exports import Export
from bench.report.exports._cells import Measured, comparison, moment, to_json

VERSION = "1.0"  # of the format

Metadata = dict[str, Any]


def export(findings: Findings) -> str:
    """The comparison. Raises UserError where the run has none."""
    run = findings.run
    benchmarks = [_benchmark(measured) for measured in comparison(run, "pyperf")]
    return to_json({"version": VERSION, "metadata": _common(run.plan), "benchmarks": benchmarks})


def _common(plan: Plan) -> Metadata:
    """Metadata common to all values."""
    machine = plan.machine
    return _known(
        {
            "unit": "second",
            "hostname": machine.host,
            "platform": machine.system,
            "cpu_model_name": machine.processor,
            "cpu_count": machine.cores_shown,
            "cpu_usable": machine.cores,
            "load_avg_1min": machine.load,
            "bench_command": plan.command,
            "bench_version": plan.versions.get("bench"),
        }
    )


def _benchmark(measured: Measured) -> dict[str, Any]:
    python = measured.python
    metadata = _known(
        {
            "name": measured.name,
            "python_version": python.version,
            "python_implementation": python.implementation.lower(),
            "python_executable": python.executable,
            "python_compiler": python.build,
            "workload": measured.cell.workload,
            "runner": measured.cell.runner,
            "tasks_in_flight": measured.cell.concurrency,
        }
    )
    runs = [
        {"metadata": _of_process(each), "values": [seconds]}
        for each, seconds in zip(measured.seen, measured.seconds, strict=True)
    ]
    return {"metadata": metadata, "runs": runs}


def _of_process(seen: Observation) -> Metadata:
    began = moment(seen.started)
    return _known(
        {
            # without an offset, as pyperf writes it; UTC, since nobody knows the measuring machine's zone
            "date": began.strftime("%Y-%m-%d %H:%M:%S.%f") if began else None,
            "duration": seen.wall_s,
            "loops": seen.n,
            "block": seen.block,
            "gil": None if seen.gil is None else "on" if seen.gil else "off",
        }
    )


def _known(metadata: Metadata) -> Metadata:
    """Without what is not known: pyperf refuses empty values, and text of several lines."""
    shown = {
        name: one_line(value, 1000) if isinstance(value, str) else value for name, value in metadata.items()
    }
    return {name: value for name, value in shown.items() if value is not None and value != ""}


EXPORT = Export("pyperf", "for `python -m pyperf stats`, `show` and `compare_to`", export)
