"""The machine that a run is measured on, and the cell that measures its cores."""

import contextlib
import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.core.cell import CALIBRATION, Cell, Spec
from bench.core.cores import cgroup_quota, usable_cores
from bench.core.run import Machine

try:
    import resource
except ImportError:  # Windows, where saved runs are read and nothing is measured
    resource = None  # type: ignore[assignment]  # Windows has none

MOST_FILES = 10_240 if sys.platform == "darwin" else 65_536  # setrlimit(2) of macOS: no more than OPEN_MAX
CACHES = Path("/sys/devices/system/cpu/cpu0/cache")
CALIBRATION_ROUNDS = 2  # where the other cells take long enough


def reachable_files() -> int:
    """Files that a process may have open once its soft limit is raised as far as it may be."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if resource.RLIM_INFINITY in (soft, hard):
        return max(soft, MOST_FILES)
    return max(soft, min(hard, MOST_FILES))


@contextlib.contextmanager
def open_files_allowed() -> Iterator[None]:
    """Raise the open-file limit of this process and its children for a block: the usual 1,024 are too few for
    a sweep."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    raised = False
    if soft != resource.RLIM_INFINITY and soft < reachable_files():
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (reachable_files(), hard))
            raised = True
    try:
        yield
    finally:
        if raised:  # it is the caller's own in a notebook or a test
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def describe_machine() -> Machine:
    """This machine, now."""
    memory = None
    with contextlib.suppress(ValueError, OSError, AttributeError):
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return Machine(
        system=f"{platform.system()} {platform.release()} {platform.machine()}",
        processor=processor(),
        host=platform.node() or "unknown",
        cores=usable_cores(),
        cores_shown=os.cpu_count() or 1,
        memory=memory,
        load=os.getloadavg()[0],
        processor_id=processor_id(),
        quota=cgroup_quota(),
    )


def calibration_cell(python: str, cores: int, rounds: int = CALIBRATION_ROUNDS) -> Cell:
    """The cell that measures the effective cores: one in each block of any run."""
    return Cell(
        python, CALIBRATION, Spec(""), "sync", cores, rounds, study=CALIBRATION, procedure="calibration"
    )


def processor() -> str:
    """The processor's model name."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith(("model name", "Model")):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


OF_PROCESSOR = (  # fields of /proc/cpuinfo, on x86 and on ARM
    ("vendor_id", ("cpu family", "model", "stepping")),
    ("CPU implementer", ("CPU part", "CPU variant", "CPU revision")),
)


def processor_id(cpuinfo: Path = Path("/proc/cpuinfo"), caches: Path = CACHES) -> str:
    """Its maker, family, model, stepping and largest cache: processors of one marketing name differ in speed
    by a factor of 2. Empty where the system does not provide them."""
    fields: dict[str, str] = {}
    with contextlib.suppress(OSError):
        for line in cpuinfo.read_text().splitlines():
            name, _, value = line.partition(":")
            fields.setdefault(name.strip(), value.strip())
    sizes = []
    for each in caches.glob("index*/size"):
        with contextlib.suppress(OSError, ValueError):
            sizes.append(int(each.read_text().strip().removesuffix("K")))
    for maker, parts in OF_PROCESSOR:
        if maker in fields:
            cache = f", {max(sizes)}K" if sizes else ""
            return f"{fields[maker]} {'/'.join(fields.get(part, '?') for part in parts)}{cache}"
    return ""


def home() -> Path:
    """The user's home folder; "~" where nobody knows it (HOME unset, and no entry for the user)."""
    return Path(os.path.expanduser("~"))


def shown(path: str) -> str:
    """A path as it may be passed on: relative to the working folder or the home folder that it lies in."""
    for folder, sign in ((Path.cwd(), ""), (home(), "~")):
        with contextlib.suppress(ValueError):
            return str(Path(sign) / Path(path).relative_to(folder))
    return path
