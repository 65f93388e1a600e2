"""Which variables of the environment measured processes get, and what is recorded of them."""

from __future__ import annotations

import os

import pytest

from bench.core.variables import GROUPS, OF_INTERPRETER, group_of, is_taken_out, left_in, passed_on, taken_out

SET = {
    "PYTHONASYNCIODEBUG": "1",
    "OMP_NUM_THREADS": "2",
    "PYTHONDEVMODE": "",
    "PYTHONHASHSEED": "0",
    "PYTHON_GIL": "1",
    "PYTHONPATH": "/mine",
    "LD_LIBRARY_PATH": "/lib",
    "MY_OMP_SETTING": "mine",
}


@pytest.mark.parametrize(
    "name",
    [
        "PYTHONASYNCIODEBUG", "PYTHONDEVMODE", "PYTHONTRACEMALLOC", "PYTHONMALLOC", "COVERAGE_PROCESS_START",
        "COV_CORE_SOURCE", "PYTHONPROFILEIMPORTTIME", "PYTHONNODEBUGRANGES", "PYTHONDONTWRITEBYTECODE",
        "PYTHONOPTIMIZE", "PYTHONPERFSUPPORT", "PYTHON_PERF_JIT_SUPPORT", "LD_PRELOAD", "MALLOC_ARENA_MAX",
        "GLIBC_TUNABLES", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_MAX_THREADS",
        "UV_THREADPOOL_SIZE", "GEVENT_RESOLVER", "AIOHTTP_NO_EXTENSIONS",
    ],
)  # fmt: skip
def test_what_slows_or_tunes_is_taken_out(name: str) -> None:
    assert is_taken_out(name)


@pytest.mark.parametrize(
    "name",
    [
        "PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "PYTHONPATH", "PYTHONHOME", "PYTHONUTF8", "PYTHON_GIL",
        "PYTHON_JIT", "PYTHON_CPU_COUNT", "PYTHON_THREAD_INHERIT_CONTEXT", "PYTHONHASHSEED", "BENCH_MONGO_URI",
        "PYTEST_CURRENT_TEST", "DASK_CONFIG", "omp_num_threads",
    ],
)  # fmt: skip
def test_what_says_where_things_are_or_what_is_measured_stays(name: str) -> None:
    assert not is_taken_out(name)


def test_each_variable_is_in_one_group() -> None:
    names = [name for group in GROUPS for name in group.names.split()]
    assert len(names) == len(set(names))
    assert not [name for name in OF_INTERPRETER if group_of(name)]  # they are recorded with the interpreter


def test_only_what_the_table_names_is_taken_out() -> None:
    assert SET.keys() - passed_on(SET) == {"PYTHONASYNCIODEBUG", "OMP_NUM_THREADS", "PYTHONDEVMODE"}
    assert SET.keys() - passed_on(SET, ["OMP_NUM_THREADS"]) == {"PYTHONASYNCIODEBUG", "PYTHONDEVMODE"}


def test_what_is_empty_is_not_told() -> None:
    assert taken_out(SET) == ["OMP_NUM_THREADS", "PYTHONASYNCIODEBUG"]
    assert taken_out(SET, ["OMP_NUM_THREADS"]) == ["PYTHONASYNCIODEBUG"]


def test_what_is_left_is_recorded_without_the_home_folder() -> None:
    assert left_in(SET) == {"PYTHONHASHSEED": "0"}
    preloaded = f"{os.path.expanduser('~')}/lib/a.so:/lib/\x1bb.so"
    kept = left_in({**SET, "LD_PRELOAD": preloaded}, ["LD_PRELOAD", "PYTHONDEVMODE"])
    assert kept == {"LD_PRELOAD": "~/lib/a.so:/lib/\\x1bb.so", "PYTHONHASHSEED": "0"}
