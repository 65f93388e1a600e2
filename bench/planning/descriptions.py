"""Descriptions of workloads and runners in the plan, for readers of a run who cannot load them."""

import dataclasses
import hashlib
from pathlib import Path

from bench.core.run import RunnerInfo, WorkloadInfo
from bench.core.runner import Runner
from bench.core.workload import Workload


def describe_workload(workload: Workload) -> WorkloadInfo:
    return WorkloadInfo(
        label=workload.title(),
        name=workload.name,
        family=workload.family,
        client=workload.client,
        bound=workload.bound,
        kind=kind_of(workload),
        lesson=workload.lesson,
        summary=(workload.__doc__ or "").strip().splitlines()[0],
        wait_s=workload.wait,
        code=code_of(workload),
        params=workload.spec().params,
        shipped=type(workload).__module__.startswith("workloads."),
        releases_gil=workload.releases_gil,
        spreads=workload.spreads,
    )


def describe_variant(workload: Workload) -> WorkloadInfo:
    """A workload with parameters that a study chose: they are part of its label and of its family, since
    another size of task is another job."""
    changed = variant(workload)
    info = describe_workload(workload)
    return dataclasses.replace(info, label=info.label + changed, family=info.family + changed)


def code_of(workload: Workload) -> str:
    """Digest of its files as they are now; "" if there are none or they are unreadable."""
    files = sorted({Path(file) for file in workload.files() if file})
    try:
        text = b"".join(file.read_bytes() for file in files)
    except OSError:
        return ""
    return hashlib.sha256(text).hexdigest()[:12] if files else ""


def variant(workload: Workload) -> str:
    """The parameters that differ from the defaults: "(rounds=650)", or ""."""
    values = ((field.name, getattr(workload, field.name), field.default) for field in workload.parameters())
    changed = [f"{name}={value}" for name, value, default in values if value != default]
    return f"({', '.join(changed)})" if changed else ""


def kind_of(workload: Workload) -> str:
    """Its bound; computing workloads are divided by whether they release the GIL."""
    if workload.bound == "cpu":
        return "cpu-native" if workload.releases_gil else "cpu-python"
    return workload.bound


def describe_runner(runner: Runner) -> RunnerInfo:
    """Its attributes of those names."""
    return RunnerInfo(**{each.name: getattr(runner, each.name) for each in dataclasses.fields(RunnerInfo)})
