"""The same work in the task itself, in a thread that it starts, or in a process."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import Any

from bench import Workload, param

COMPUTE = "import hashlib; hashlib.pbkdf2_hmac('sha256', b'', b'', 200_000)"


def compute() -> None:
    hashlib.pbkdf2_hmac("sha256", b"", b"", 200_000)


@dataclass(frozen=True)
class Computes(Workload):
    """The same work in the task itself, in a thread that it starts, or in a process."""

    where: str = param("task", "what computes")

    name = "computes"
    family = "computes"
    bound = "cpu"
    flavours = frozenset({"sync"})

    def task(self, session: Any, i: int) -> int:
        if self.where == "task":
            compute()
        elif self.where == "thread":
            helper = threading.Thread(target=compute)
            helper.start()
            helper.join()
        else:
            subprocess.run([sys.executable, "-S", "-c", COMPUTE], check=True)
        return i

    def check(self, result: Any, i: int) -> int:
        return int(result)
