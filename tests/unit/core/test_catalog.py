"""What is found in the packages, and the sentences for files that are at fault."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

import pytest

from bench.core.catalog import all_runners, all_workloads, workloads_in
from bench.core.errors import UserError


def test_runners_come_in_the_order_of_the_report() -> None:
    assert [runner.name for runner in all_runners()][:4] == [
        "sync",
        "threading",
        "multiprocessing",
        "asyncio",
    ]


def test_every_workload_says_what_it_is() -> None:
    for kind in all_workloads():
        assert kind.__doc__
        assert kind.label().startswith(kind.name)
        assert kind.bound in ("io", "cpu", "mixed", "none")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("def broken(:", "cannot be loaded: SyntaxError"),
        ("import nowhere_to_be_found", "cannot be loaded: ModuleNotFoundError"),
        (
            "from bench import Workload\nclass W(Workload):\n    flavours = frozenset()",
            "has no name and no family and no bound",
        ),
        (
            "from bench import Workload\nclass W(Workload):\n    name = family = 'w'\n    bound = 'io'\n    flavours = frozenset()",
            "is no dataclass",
        ),
    ],
)
def test_a_faulty_file_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, words: str
) -> None:
    (tmp_path / "faulty_workload.py").write_text(textwrap.dedent(text))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "faulty_workload", raising=False)
    with pytest.raises(UserError, match=words):
        workloads_in("faulty_workload")
