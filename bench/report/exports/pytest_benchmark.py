"""pytest-benchmark's JSON: a benchmark for each cell of the comparison, a round for each block, in seconds
per task. Workloads of a family are a group, so that ``compare`` shows models and clients side by side."""

import statistics
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Any

import numpy

from bench.core.run import Plan
from bench.core.sanitize import one_line
from bench.findings.collect import Findings
from bench.report.exports import Export
from bench.report.exports._cells import Measured, comparison, to_json

VERSION = "5.0.0"  # of pytest-benchmark, whose fields these are


def export(findings: Findings) -> str:
    """The comparison. Raises UserError where the run has none."""
    run = findings.run
    benchmarks = [_benchmark(measured) for measured in comparison(run, "pytest-benchmark")]
    return to_json(
        {
            "machine_info": _machine(run.plan),
            # The run does not say which commit was measured: what pytest-benchmark writes outside of git.
            "commit_info": {
                "id": "unversioned",
                "time": None,
                "author_time": None,
                "dirty": False,
                "project": "bench",
                "branch": "(unknown)",
            },
            "benchmarks": benchmarks,
            "datetime": one_line(run.plan.created),
            "version": VERSION,
        }
    )


def _machine(plan: Plan) -> dict[str, Any]:
    machine = plan.machine
    words = [*one_line(machine.system).split(" "), "", "", ""]  # "Linux 6.1.0 x86_64"
    first = plan.interpreters[0] if plan.interpreters else None
    version = one_line(first.version) if first else ""
    return {
        "node": one_line(machine.host),
        "processor": one_line(machine.processor),
        "machine": words[2],
        "python_compiler": one_line(first.build) if first else "",
        "python_implementation": one_line(first.implementation) if first else "",
        "python_implementation_version": version,
        "python_version": version,
        "python_build": ["", ""],
        "release": words[1],
        "system": words[0],
        "cpu": {"brand_raw": one_line(machine.processor), "count": machine.cores_shown},
    }


def _benchmark(measured: Measured) -> dict[str, Any]:
    cell = measured.cell
    return {
        "group": one_line(measured.info.family),
        "name": measured.name,
        "fullname": measured.name,
        "params": {
            "workload": one_line(cell.workload),
            "runner": one_line(cell.runner),
            "python": one_line(cell.python),
            "concurrency": cell.concurrency,
        },
        "param": measured.name,
        "extra_info": {
            "unit": "seconds per task",
            "rounds": "fresh processes",
            "kind": one_line(measured.info.kind),
        },
        "options": {
            "disable_gc": False,
            "timer": "perf_counter",
            "min_rounds": 1,
            "max_time": 0.0,
            "min_time": 0.0,
            "warmup": True,
        },
        "stats": stats(measured.seconds) | {"iterations": measured.seen[0].n},
    }


def stats(data: Sequence[float]) -> dict[str, Any]:
    """pytest-benchmark's figures of at least one value above 0, by its own definitions."""
    ordered = sorted(data)
    mean, total = statistics.mean(ordered), sum(ordered)
    deviation = statistics.stdev(ordered) if len(ordered) > 1 else 0.0
    q1, q3 = map(float, numpy.quantile(ordered, (0.25, 0.75), method="hazen"))  # as it takes quartiles
    low, high = q1 - 1.5 * (q3 - q1), q3 + 1.5 * (q3 - q1)
    far = sum(abs(value - mean) > deviation for value in ordered)
    outside = sum(not low <= value <= high for value in ordered)
    return {
        "min": ordered[0],
        "max": ordered[-1],
        "mean": mean,
        "stddev": deviation,
        "rounds": len(ordered),
        "median": statistics.median(ordered),
        "iqr": q3 - q1,
        "q1": q1,
        "q3": q3,
        "iqr_outliers": outside,
        "stddev_outliers": far,
        "outliers": f"{far};{outside}",
        "ld15iqr": ordered[bisect_left(ordered, low)],
        "hd15iqr": ordered[bisect_right(ordered, high) - 1],
        "ops": len(ordered) / total,
        "total": total,
        "data": list(data),
    }


EXPORT = Export("pytest-benchmark", "for `pytest-benchmark compare`", export)
