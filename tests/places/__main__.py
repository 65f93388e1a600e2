"""Try every case, or those whose names contain the words given: a line each, then what went wrong.

python -m tests.places
python -m tests.places TMPDIR /proc
"""

import sys

from tests.places.case import lacks, tried
from tests.places.cases import CASES


def main(words: list[str]) -> int:
    failed = 0
    for group, cases in CASES.items():
        for case in cases:
            if words and not any(word in f"{group}: {case.name}" for word in words):
                continue
            if lacking := lacks(case):
                print(f"skipped  {group}: {case.name} (needs {', '.join(lacking)})", flush=True)
                continue
            outcome = tried(case)
            failed += bool(outcome.wrong)
            verdict = "WRONG  " if outcome.wrong else "ok     "
            wrong = f": {'; '.join(outcome.wrong)}" if outcome.wrong else ""
            print(f"{verdict}{outcome.took_s:5.1f} s  {group}: {case.name}{wrong}", flush=True)
            if outcome.wrong or words:
                print(
                    "".join(f"    | {line}\n" for line in outcome.output.splitlines()[-25:]),
                    end="",
                    flush=True,
                )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
