"""Classes of a notebook as the text of a module: what that has, and what cannot be one."""

from __future__ import annotations

import linecache
import sys
from collections.abc import Callable
from types import ModuleType

import pytest

from bench.core.errors import UserError
from bench.planning.typed_code import text_of

Type = Callable[[str], None]
IMPORTS = """
import concurrent.futures
import json as parser
from dataclasses import dataclass
from random import random
from bench import Workload, param
UNUSED = object()
SIZES = {"small": [1, 2], "large": (3,)}
"""
HELPERS = """
def depth(n):
    return n if n < 1 else depth(n - 1) + len(SIZES)

class Base(Workload):
    def check(self, result, i):
        return result

    class Inner:
        pass
"""
MINE = """
@dataclass(frozen=True)
class Mine(Base):
    '''Mine.'''
    size: int = param(3, "of it")
    name = family = "mine"
    bound = "cpu"

    @property
    def wait(self):
        return random() * 0

    def task(self, session, i):
        UNUSED = parser.loads("[1]")
        with concurrent.futures.ThreadPoolExecutor() as pool:
            return pool.submit(depth, self.size).result() + len(UNUSED)
"""


@pytest.fixture
def cell(monkeypatch: pytest.MonkeyPatch) -> Type:
    """Runs a cell, as a notebook's kernel does: in ``__main__``, its lines kept under a name of its own."""
    main = ModuleType("__main__")
    monkeypatch.setitem(sys.modules, "__main__", main)

    def run(code: str) -> None:
        name = f"<cell {len(linecache.cache)}>"
        monkeypatch.setitem(
            linecache.cache, name, (len(code), None, [f"{line}\n" for line in code.splitlines()], name)
        )
        exec(compile(code, name, "exec", dont_inherit=True), vars(main))

    return run


def typed(name: str) -> type:
    found = vars(sys.modules["__main__"])[name]
    assert isinstance(found, type)
    return found


def test_the_text_has_the_class_and_all_that_it_uses(cell: Type) -> None:
    for code in (IMPORTS, HELPERS, MINE):
        cell(code)
    text = text_of(typed("Mine"))
    assert "UNUSED = <" not in text
    module = sys.modules["made"] = ModuleType("made")
    exec(compile(text, "made.py", "exec"), vars(module))
    del sys.modules["made"]
    assert module.Mine(size=2).task(None, 0) == 0 + 2 + 2 + 1
    assert module.Mine.__doc__ == "Mine."


def test_the_last_definition_counts(cell: Type) -> None:
    for code in (IMPORTS, HELPERS, MINE, MINE.replace("3, ", "4, ")):
        cell(code)
    assert 'param(4, "of it")' in text_of(typed("Mine"))


def test_the_same_class_has_the_same_text(cell: Type) -> None:
    for code in (IMPORTS, HELPERS, MINE):
        cell(code)
    first = text_of(typed("Mine"))
    cell(MINE)
    assert text_of(typed("Mine")) == first


@pytest.mark.parametrize(
    "value", ["object()", "open('/dev/null')", "float('nan')", "lambda: 3", "bytes(99_999)"]
)
def test_what_has_no_text_is_named(cell: Type, value: str) -> None:
    cell(IMPORTS)
    cell(f"TABLE = {value}\nclass Mine(Workload):\n    def task(self, session, i):\n        return TABLE")
    with pytest.raises(
        UserError, match=r"^Mine uses TABLE \(\w+\), which other processes cannot load: make it"
    ):
        text_of(typed("Mine"))


def test_a_class_whose_lines_are_not_kept_has_no_text(cell: Type) -> None:
    exec("class Mine:\n    def task(self): pass", vars(sys.modules["__main__"]))
    with pytest.raises(UserError, match="The source of Mine is unknown"):
        text_of(typed("Mine"))
