"""Variables of the environment that slow, tune or fix what is measured: one table, with what each group does.

Measured processes and services have the environment of the process that measures, but for what this table
takes out. What a measured function reads for itself is in no group, and stays. Standard library only.
"""

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from bench.core.sanitize import plain


@dataclass(frozen=True)
class VariableGroup:
    """Variables that do one thing."""

    of: str  # what they have to do with
    names: str  # "*" stands for anything
    stays: bool = False  # what a user may well measure with: it is not taken out, but recorded and told


GROUPS = (
    VariableGroup(
        "debugging of Python",  # asyncio's debug mode makes a task cost 23 times as much
        "PYTHONASYNCIODEBUG PYTHONDEVMODE PYTHONFAULTHANDLER PYTHONTRACEMALLOC PYTHONWARNINGS"
        " PYTHONWARNDEFAULTENCODING PYTHONVERBOSE PYTHONDEBUG PYTHONDUMPREFS PYTHONDUMPREFSFILE"
        " PYTHONTHREADDEBUG PYTHONINSPECT",
    ),
    VariableGroup("output without a buffer", "PYTHONUNBUFFERED"),  # each print is a call of the system
    VariableGroup(
        "profiling and coverage",  # a trace function, or records of each call and allocation
        "PYTHONPROFILEIMPORTTIME PYTHONPERFSUPPORT PYTHON_PERF_JIT_SUPPORT COVERAGE_* COV_CORE_* CPUPROFILE",
    ),
    VariableGroup(
        "compiling and importing of code",  # without bytecode files each process compiles anew
        "PYTHONOPTIMIZE PYTHONDONTWRITEBYTECODE PYTHONNODEBUGRANGES PYTHON_FROZEN_MODULES PYTHON_LAZY_IMPORTS"
        " PYTHON_UOPS_OPTIMIZE",
    ),
    VariableGroup(
        "the system's loader",  # other code in each process; LD_LIBRARY_PATH says only where
        "LD_PRELOAD LD_AUDIT LD_BIND_NOW LD_DEBUG LD_PROFILE DYLD_INSERT_LIBRARIES DYLD_PRINT_*",
    ),
    VariableGroup(
        "allocation of memory",  # by another allocator, or one that checks
        "PYTHONMALLOC PYTHONMALLOCSTATS MALLOC_* Malloc* GLIBC_TUNABLES JEMALLOC_* _RJEM_MALLOC_CONF"
        " TCMALLOC_* HEAPCHECK HEAPPROFILE MIMALLOC_*",
    ),
    VariableGroup(
        "thread pools of libraries",  # more or fewer threads than a model is given tasks
        "OMP_* GOMP_* KMP_* MKL_* OPENBLAS_* GOTO_NUM_THREADS BLIS_* VECLIB_* NUMEXPR_* TBB_*"
        " NUMBA_NUM_THREADS NUMBA_THREADING_LAYER NUMBA_DISABLE_JIT RAYON_NUM_THREADS POLARS_MAX_THREADS"
        " TOKIO_WORKER_THREADS",
    ),
    VariableGroup(
        "event loops, clients and models",
        "UV_THREADPOOL_SIZE UV_USE_IO_URING GEVENT* GREENLET_* DASK_DISTRIBUTED__* MOTOR_MAX_WORKERS"
        " MONGOB_LOG_*",  # so spelled by PyMongo
    ),
    VariableGroup("Python in place of C extensions", "*_NO_EXTENSIONS PURE_PYTHON"),
    VariableGroup("one order of sets for all processes", "PYTHONHASHSEED", stays=True),
    VariableGroup("how many cores Python counts", "PYTHON_CPU_COUNT", stays=True),
    VariableGroup(
        "what threads share",
        "PYTHON_THREAD_INHERIT_CONTEXT PYTHON_CONTEXT_AWARE_WARNINGS PYTHON_TLBC",
        stays=True,
    ),
)
OF_INTERPRETER = ("PYTHON_GIL", "PYTHON_JIT")
"""They make another Python of it, and are recorded with it: see ``run.Interpreter.environment``."""


def group_of(name: str) -> VariableGroup | None:
    """The group of a variable; None: measured processes have it, and nothing is told of it."""
    return next(
        (each for each in GROUPS if any(fnmatchcase(name, known) for known in each.names.split())), None
    )


def is_taken_out(name: str) -> bool:
    """Whether measured processes go without a variable, unless it is to be kept."""
    group = group_of(name)
    return group is not None and not group.stays


def passed_on(environment: Mapping[str, str], keep: Collection[str] = ()) -> dict[str, str]:
    """What measured processes get of an environment."""
    return {name: value for name, value in environment.items() if name in keep or not is_taken_out(name)}


def taken_out(environment: Mapping[str, str], keep: Collection[str] = ()) -> list[str]:
    """The variables that are set and taken out; one that is empty does nothing."""
    return sorted(
        name for name, value in environment.items() if value and name not in keep and is_taken_out(name)
    )


def left_in(environment: Mapping[str, str], keep: Collection[str] = ()) -> dict[str, str]:
    """The table's variables that measured processes get, as a plan records them: "~" for the home folder."""
    home = f"{os.path.expanduser('~')}/"
    return {
        name: plain(value.replace(home, "~/"))
        for name, value in sorted(environment.items())
        if value and group_of(name) and (name in keep or not is_taken_out(name))
    }
