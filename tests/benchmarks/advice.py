"""The advice on functions of known kind, on builds of Python: how often it is right, and how long it takes.

    python -m tests.benchmarks.advice [--budget 20s] PYTHON...

Each function is asked about on each build, with the models that suit it. Printed are, for each, whether the advice
has what is right there and nothing that is wrong, or says that it cannot tell (as it must of what computes on a
machine that gives a single core meanwhile), the seconds that it took, and its first sentence; then the sums.
Quarter of a minute for a function and a build.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.integration import own_functions

HERE = own_functions.__file__
ROOT = Path(__file__).parents[2]
OPEN = "It is unresolved|Whether it holds the GIL is un|Unknown from this run"  # the advice cannot tell
CORES = 1.5  # with fewer, nothing can tell what computes at the same time
READY = "It is ready"


@dataclass(frozen=True)
class Case:
    """A function of known kind: what the advice on it must have, and must not, as regular expressions; on a
    build without a GIL something else may be right."""

    name: str
    right: str
    free: str = ""  # without a GIL; "": the same
    wrong: str = r"^Run \S+ under (processes-asyncio|multiprocessing)"
    setup: str = ""
    is_async: bool = False
    needs_cores: bool = False

    def words(self) -> list[str]:
        named = [f"{HERE}:{self.name}"]
        setup = ["--setup", f"{HERE}:{self.setup}"] if self.setup else []
        return (["--async-function", *named] if self.is_async else named) + setup


CASES = [
    Case("waits", r"^Run \S+ under threading with", rf"^Run \S+ under threading with.*{READY}"),
    Case(
        "computes",
        r"^Run \S+ under (multiprocessing|interpreters).*holds the GIL",
        f"under threading.*{READY}",
        "x^",
        needs_cores=True,
    ),
    Case(
        "lets_go",
        r"^Run \S+ under threading.*releases the GIL",
        rf"^Run \S+ under threading.*{READY}",
        needs_cores=True,
    ),
    Case("waits_async", r"^Run \S+ under asyncio", is_async=True),
    Case("blocks", r"Make .* a plain function.*mostly at own_functions\.py:\d+ in blocks", is_async=True),
    Case("blocks_partly", r"Move what blocks .*own_functions\.py:\d+ in blocks_partly", is_async=True),
    Case("hands_over", "Enlarge the event loop's default executor", is_async=True),
    Case("limited", "with [456] in flight: more gain nothing.*Is that limit intended", is_async=True),
    Case("locked", "Leave .* in a plain loop unless whatever serialises it can go"),
    Case("not_thread_safe", "not safe under threading", "not safe in threads", r"^Run \S+ under threading"),
    Case("through_a_lock", "a session for each thread.*in the session that they share", setup="open_lock"),
    Case("queries", "works only in the thread that opened it", wrong="x^", setup="open_database"),
    Case(
        "reads", "holds the GIL", "in the session that they share", "x^", setup="open_rows", needs_cores=True
    ),
]


def advice(case: Case, python: str, budget: str, folder: str) -> str:
    """What is printed, in one line. Raises RuntimeError where that is an error alone."""
    command = [sys.executable, "-m", "bench", "advise", *case.words(), "--python", python, "--budget", budget]
    done = subprocess.run([*command, "--out", folder], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode == 2:  # nothing was asked
        raise RuntimeError(done.stderr)
    return " ".join(done.stdout.split())


def sentences_of(printed: str) -> str:
    return printed.partition("at which concurrency?")[2].partition(" Model ")[0].strip()


def outcome(case: Case, printed: str) -> str:
    said = sentences_of(printed)
    free = "Ready for free threading?" in said
    right = re.search(case.free or case.right if free else case.right, said)
    if right and not re.search(case.wrong, said):
        return "right"
    effective = re.search(r"effective ([\d.]+)", printed)
    if case.needs_cores and (not effective or float(effective[1]) < CORES):
        return "no cores"
    return "cannot tell" if re.search(OPEN, said) else "WRONG"


def main() -> None:
    words = sys.argv[1:]
    budget = words.pop(1) if words[:1] == ["--budget"] else "20s"
    pythons = [word for word in words if word != "--budget"]
    counts: Counter[str] = Counter()
    took: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        for case in CASES:
            for python in pythons:
                began = time.perf_counter()
                printed = advice(case, python, budget, folder)
                took.append(time.perf_counter() - began)
                found, said = outcome(case, printed), sentences_of(printed)
                counts[found] += 1
                shown = said if found == "WRONG" else said.partition(". ")[0]
                print(f"{found:12} {took[-1]:5.1f} s  {case.name} on {python}: {shown}", flush=True)
    print(f"{', '.join(f'{number} {what}' for what, number in counts.items())}; median {median(took):.1f} s")


if __name__ == "__main__":
    main()
