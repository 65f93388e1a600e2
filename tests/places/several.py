"""Runs beside each other, and runs that are killed with what guards them."""

from tests.places.case import Case

BUSY = "run -w null -r sync -r multiprocessing -c 2 -n 4 --blocks 500"
# The watchdog is found by its arguments among the run's own children.
GUARD = """
guard() { for p in /proc/[0-9]*; do tr '\\0' ' ' 2>/dev/null < $p/cmdline | grep -q '^[^ ]* -P -m bench.execution.watchdog' && tr '\\0' '\\n' 2>/dev/null < $p/environ | grep -qx "BENCH_TEST_MARK=$FOLDER" && echo ${p#/proc/}; done; }
"""

CASES = (
    Case(
        "two runs into one folder",
        "bench $SMALL & one=$!; bench $SMALL & two=$!; wait $one && wait $two && [ $(ls -d reports/2* | wc -l) = 2 ]",
    ),
    Case(
        "five runs into one folder",
        "for i in 1 2 3 4 5; do bench $SMALL & jobs[i]=$!; done; for j in ${jobs[@]}; do wait $j || exit 9; done; [ $(ls -d reports/2* | wc -l) = 5 ]",
    ),
    Case(
        "reports of a run that goes on",
        f"$PYTHON -m bench {BUSY} >/dev/null 2>&1 & run=$!; until [ -s reports/latest/observations.jsonl ]; do sleep 0.1; done; bench report && bench claims reports/latest; code=$?; kill -TERM $run; wait $run; exit $code",
    ),
    Case(
        "resumed while it goes on",
        f"$PYTHON -m bench {BUSY} >/dev/null 2>&1 & run=$!; until [ -s reports/latest/observations.jsonl ]; do sleep 0.1; done; bench run --resume reports/latest; code=$?; kill -TERM $run; wait $run; exit $code",
        (2,),
        "being measured",
    ),
    Case(
        "killed",
        f"$PYTHON -m bench {BUSY} >/dev/null 2>&1 & run=$!; sleep 4; kill -9 $run; wait $run 2>/dev/null; true",
    ),
    Case(
        "killed with its watchdog",
        GUARD
        + f"$PYTHON -m bench {BUSY} >/dev/null 2>&1 & run=$!; sleep 4; kill -9 $run $(guard); wait $run 2>/dev/null; sleep 6; bench $SMALL",
    ),
    Case(
        "killed twelve times",
        f"for i in 1 2 3 4 5 6 7 8 9 10 11 12; do $PYTHON -m bench {BUSY} >/dev/null 2>&1 & run=$!; sleep 2.$i; kill -9 $run; wait $run 2>/dev/null; done; true",
    ),
    Case(
        "interrupted twelve times",
        f"for i in 1 2 3 4 5 6 7 8 9 10 11 12; do $PYTHON -m bench {BUSY} >/dev/null 2>&1 & run=$!; sleep 2.$i; kill -TERM $run; wait $run 2>/dev/null; done; true",
    ),
    Case(
        "its processes run out of memory",
        "cat > eats.py <<'EOF'\nfrom dataclasses import dataclass\nfrom bench import Workload\n\n\n@dataclass(frozen=True)\nclass Eats(Workload):\n    name = family = 'eats'\n    bound = 'cpu'\n    flavours = frozenset({'sync'})\n\n    def task(self, session, i):\n        return len(bytearray(1 << 30)) + sum(range(3_000_000)) * 0\n\n    def check(self, result, i):\n        return result\nEOF\nbench run -w eats.py:Eats -r multiprocessing -c 2 --blocks 1 --memory-limit 300M",
        (3,),
    ),
    Case(
        "the tests' plug-in and a run",
        "printf 'import time\\ndef test_it(concurrency):\\n    concurrency.releases_gil(time.sleep, 0.005)\\n' > test_mine.py; bench $SMALL & run=$!; $PYTHON -m pytest -q test_mine.py; code=$?; wait $run || exit 9; exit $code",
        keeps=True,  # the lock of all sessions
    ),
)
