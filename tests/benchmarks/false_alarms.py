"""Measures how often each of several tools reports a difference between identical programs, or a planted one.

    python tests/benchmarks/false_alarms.py --pairs 20 --seconds 15
    python tests/benchmarks/false_alarms.py --pairs 20 --seconds 13 --planted 0.05 --tool against

One program (a function that adds numbers, some 10 ms of computing) is measured twice in each pair, by each tool for
about as many seconds, the tools in turn so that a machine that drifts drifts for all. With ``--planted 0.05`` each
pair is measured a second time with 5 % more work on its second side: there, reports are right. What counts as a
report is what a reader of the tool would take for one:

=================== =========================================================================================
``--against``        the working tree against the same revision: the interval leaves 1 out (95 %)
``its verdict``      the same, as printed: slower or faster by more than the threshold of 1 %
``saved runs``       `bench run` twice, `bench compare`: slower or faster
``pyperf``           `pyperf compare_to` does not call it insignificant
``hyperfine``        Welch's test on its times, p < 0.05, as its own script does
``pytest-benchmark`` `--benchmark-compare-fail=mean:3%` fails
=================== =========================================================================================

hyperfine is left out where it is not installed. Prints reports by tool, and the interval of their share (95 %,
Clopper and Pearson).
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from scipy.stats import binomtest, ttest_ind

from bench.analysis.compare_pairs import compare_pairs
from bench.analysis.compare_runs import compare_runs
from bench.storage.run_folder import load_run

JOB = """
def job():
    total = 0
    for i in range({size}):
        total += i
    return total
"""
WORKLOAD = """
from dataclasses import dataclass
from bench import Workload
from job import job

@dataclass(frozen=True)
class Adds(Workload):
    '''Add numbers.'''
    name = family = "adds"
    bound = "cpu"
    flavours = frozenset({"sync"})

    def task(self, session, i):
        return job()

    def check(self, result, i):
        return 0
"""
PYPERF = "import pyperf\nfrom job import job\npyperf.Runner().bench_func('job', job)\n"
PYTEST = "from job import job\ndef test_job(benchmark):\n    benchmark(job)\n"
SCRIPT = JOB + "for _ in range({calls}):\n    job()\n"
SIZE = 200_000
BLOCK_S, START_S = 0.65, 3.0  # of `bench compare`: two cells, and what comes before the first
CELL_S = 0.75
FEWEST = 4  # blocks of a saved run: with fewer nothing is decided, and no alarm is no merit
SCRIPT_CALLS = 30

Tool = Callable[[float], dict[str, bool]]  # what it reports, by name, with that planted
TOOLS = ("against", "saved_runs", "pyperf", "pytest_benchmark", "hyperfine")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pairs", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=15.0, help="for each side of a pair")
    parser.add_argument(
        "--planted", type=float, help="share by which the second side of other pairs has more work"
    )
    parser.add_argument("--tool", action="append", choices=TOOLS, help="instead of all")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    chosen = asked.tool or [name for name in TOOLS if name != "hyperfine" or shutil.which(name)]
    sizes = (0.0,) if asked.planted is None else (0.0, asked.planted)
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(Path(folder), asked.seconds)
        tools: list[Tool] = [getattr(trial, name) for name in chosen]
        reports: dict[tuple[float, str], int] = {}
        spent: dict[tuple[float, str], float] = {}
        chance = random.Random(asked.seed)
        for number in range(asked.pairs):
            turns = [(tool, planted) for tool in tools for planted in sizes]
            for tool, planted in chance.sample(turns, len(turns)):
                began = time.monotonic()
                for name, reported in tool(planted).items():
                    reports[planted, name] = reports.get((planted, name), 0) + reported
                    spent[planted, name] = spent.get((planted, name), 0.0) + time.monotonic() - began
            line = "  ".join(
                f"{name} +{planted:.0%} {count}" for (planted, name), count in sorted(reports.items())
            )
            print(f"{number + 1} of {asked.pairs}: {line}", file=sys.stderr, flush=True)
    print(f"\n{'tool':<18}{'planted':>8}{'reports':>8}{'share':>8}  {'95 %':<14}seconds a pair")
    for (planted, name), count in sorted(reports.items()):
        bounds = binomtest(count, asked.pairs).proportion_ci(method="exact")
        shares = f"{bounds.low:.0%} - {bounds.high:.0%}"
        told = f"{planted:>8.0%}{f'{count}/{asked.pairs}':>8}{count / asked.pairs:>8.0%}  {shares:<14}"
        print(f"{name:<18}{told}{spent[planted, name] / asked.pairs:.0f}")


class Trial:
    """The program in a repository, and each tool's way to measure it twice."""

    def __init__(self, folder: Path, seconds: float) -> None:
        self.folder = folder
        self.seconds = seconds
        for name, text in {
            "work.py": WORKLOAD,
            "with_pyperf.py": PYPERF,
            "test_with_pytest.py": PYTEST,
            "pytest.ini": "[pytest]\n",
        }.items():
            (folder / name).write_text(text)
        self.write(0.0)
        for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "the program"]):
            self.run(["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *words])

    def write(self, more: float) -> None:
        """Write the program, with that share of more work."""
        (self.folder / "job.py").write_text(JOB.format(size=round(SIZE * (1 + more))))

    def run(self, command: list[str], *, fails: bool = False) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        if done.returncode and not fails:
            raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
        return done

    def python(self, *words: str, fails: bool = False) -> subprocess.CompletedProcess[str]:
        return self.run([sys.executable, *words], fails=fails)

    def against(self, planted: float) -> dict[str, bool]:
        blocks = max(round((2 * self.seconds - START_S) / BLOCK_S), 6)
        self.write(planted)
        self.python("-m", "bench", "compare", "-w", "work.py:Adds", "-r", "sync", "--against", "HEAD",
                    "--blocks", str(blocks))  # fmt: skip
        (cell,) = compare_pairs(load_run(self.folder / "reports" / "latest"), 0.01).cells
        return {
            "--against": not cell.ratio.low <= 1 <= cell.ratio.high,
            "its verdict": cell.verdict in ("slower", "faster"),
        }

    def saved_runs(self, planted: float) -> dict[str, bool]:
        runs = []
        cells = 4  # the workload and its twin, a task without work, the calibration
        blocks = max(round((self.seconds - START_S) / (cells * CELL_S)), FEWEST)
        for more in (0.0, planted):
            self.write(more)
            self.python("-m", "bench", "run", "-w", "work.py:Adds", "-r", "sync", "--blocks", str(blocks))
            runs.append(load_run((self.folder / "reports" / "latest").resolve()))
        found = [c for c in compare_runs(*runs, 0.05).cells if c.cell.workload == "adds"]
        return {"saved runs": any(cell.verdict in ("slower", "faster") for cell in found)}

    def pyperf(self, planted: float) -> dict[str, bool]:
        processes = max(round(self.seconds / 1.0), 3)  # each: start, a warm-up, 3 values of 0.1 s
        for side, more in (("A", 0.0), ("B", planted)):
            self.write(more)
            (self.folder / f"{side}.json").unlink(missing_ok=True)
            self.python("with_pyperf.py", "-q", "--processes", str(processes), "-o", f"{side}.json")
        told = self.python("-m", "pyperf", "compare_to", "A.json", "B.json").stdout
        return {"pyperf": "not significant" not in told}

    def pytest_benchmark(self, planted: float) -> dict[str, bool]:
        shutil.rmtree(self.folder / ".benchmarks", ignore_errors=True)
        usual = ["-m", "pytest", "-q", "test_with_pytest.py", f"--benchmark-max-time={self.seconds - 1:.1f}"]
        self.write(0.0)
        self.python(*usual, "--benchmark-save=A")
        self.write(planted)
        done = self.python(*usual, "--benchmark-compare=0001", "--benchmark-compare-fail=mean:3%", fails=True)
        return {"pytest-benchmark": done.returncode != 0}

    def hyperfine(self, planted: float) -> dict[str, bool]:
        commands = []
        for side, more in (("a.py", 0.0), ("b.py", planted)):
            script = SCRIPT.format(size=round(SIZE * (1 + more)), calls=SCRIPT_CALLS)
            (self.folder / side).write_text(script)
            commands.append(f"{sys.executable} {side}")
        runs = str(max(round(self.seconds / 0.4), 5))
        out = self.folder / "hyperfine.json"
        self.run(["hyperfine", "-N", "--runs", runs, "--export-json", str(out), *commands])
        one, other = (result["times"] for result in json.loads(out.read_text())["results"])
        return {"hyperfine": bool(ttest_ind(one, other, equal_var=False).pvalue < 0.05)}


if __name__ == "__main__":
    main()
