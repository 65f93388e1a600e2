"""What can be added is found in a file of its package or by an entry point, or a sentence says what is wrong."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from bench.core.catalog import WORKLOADS, modules_of
from bench.core.demo import DEMOS
from bench.core.errors import PluginWarning, UserError
from bench.core.registry import Registry
from bench.core.runner import RUNNERS, Runner
from bench.core.workload import Workload
from bench.environment.checks import CHECKS
from bench.findings.claim import CLAIMS
from bench.findings.question import QUESTIONS
from bench.planning.study import STUDIES
from bench.report.exports import EXPORTS

KINDS: list[Registry[Any]] = [WORKLOADS, RUNNERS, DEMOS, STUDIES, CLAIMS, QUESTIONS, EXPORTS, CHECKS]
HERE = __name__


@dataclass
class Dish:
    name: str
    place: int = 100


class Meal:
    name: str
    place = 100


class Lunch(Meal):
    name = "lunch"


@dataclass(frozen=True)
class Theirs(Workload):
    name = family = "theirs"
    bound = "cpu"


class Mine(Runner):
    name = "mine"


soup = Dish("soup")
Menu = Callable[..., None]


@pytest.fixture
def kitchen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Menu]:
    """Writes the files of a package ``kitchen``, as module=text."""
    (tmp_path / "kitchen").mkdir()
    (tmp_path / "kitchen" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)

    def write(**files: str) -> None:
        for name, text in files.items():
            (tmp_path / "kitchen" / f"{name}.py").write_text(
                f"from {HERE} import Dish, Lunch, Meal\n{text}\n"
            )
        importlib.invalidate_caches()

    yield write
    for name in [name for name in sys.modules if name.partition(".")[0] == "kitchen"]:
        del sys.modules[name]


@pytest.fixture
def brought(monkeypatch: pytest.MonkeyPatch) -> Menu:
    """Makes entry points, as name=value, of that group."""

    def bring(group: str, **points: str) -> None:
        made = [EntryPoint(name, value, group) for name, value in points.items()]

        def entry_points(**asked: str) -> list[EntryPoint]:
            return [point for point in made if all(getattr(point, key) == asked[key] for key in asked)]

        monkeypatch.setattr("importlib.metadata.entry_points", entry_points)

    return bring


def dishes(**more: Any) -> Registry[Dish]:
    return Registry("dish", "kitchen", Dish, group="bench.dishes", **more)


def many_dishes() -> Registry[Dish]:
    return dishes(name=lambda dish: dish.name)


# Everything that ships


@pytest.mark.parametrize("registry", KINDS, ids=[registry.kind for registry in KINDS])
def test_all_that_ships_is_found_in_order_and_by_name(registry: Registry[Any]) -> None:
    assert registry.shipped
    assert registry.all == registry.shipped, "nothing is installed beside it"
    assert [registry.order(entry) for entry in registry.all] == sorted(map(registry.order, registry.all))
    assert sorted(registry.names()) == sorted(map(registry.name, registry.all))
    for entry in registry.all:
        assert registry.get(registry.name(entry)) is entry
    first, *_ = registry.all
    assert registry.find([registry.name(first)] * 2) == [first]
    with pytest.raises(
        UserError, match=rf"Unknown {registry.kind} 'nothing-like-it': (there are|did you mean) "
    ):
        registry.get("nothing-like-it")


def test_models_begin_with_the_baseline() -> None:
    assert [runner.name for runner in RUNNERS.all][:4] == ["sync", "threading", "multiprocessing", "asyncio"]


def test_a_model_that_starts_processes_is_found_with_each_start_method() -> None:
    plain, spawn = RUNNERS.find(["multiprocessing", "multiprocessing[spawn]"])
    assert isinstance(spawn, type(plain))
    assert (plain.start_method, spawn.start_method) == ("", "spawn")
    assert spawn not in RUNNERS.all
    names = [runner.name for runner in RUNNERS.with_variants]
    after = names.index("multiprocessing") + 1
    assert names[after : after + 3] == [f"multiprocessing[{by}]" for by in ("fork", "forkserver", "spawn")]
    assert {name: RUNNERS.get(name).name for name in names} == {name: name for name in names}


@pytest.mark.parametrize(
    ("name", "meant"), [("multiprocessing[frok]", "multiprocessing[fork]"), ("threading[fork]", "threading?")]
)
def test_a_start_method_that_a_model_has_not_is_unknown(name: str, meant: str) -> None:
    with pytest.raises(UserError) as raised:
        RUNNERS.get(name)
    assert str(raised.value).startswith(f"Unknown runner '{name}': did you mean {meant}")


# Files


def test_an_entry_is_an_instance_or_a_class_that_is_defined_in_the_file(kitchen: Menu) -> None:
    kitchen(bread="BREAD = Dish('bread', 2)", rice_pudding="PUDDING = Dish('rice-pudding', 1)", _oven="1 / 0")
    assert [dish.name for dish in dishes().all] == ["rice-pudding", "bread"]
    kitchen(meals="class Dinner(Lunch): name = 'dinner'\nclass Unnamed(Meal): pass")
    meals: Registry[Meal] = Registry("meal", "kitchen", Meal, name=lambda meal: meal.name)
    assert [meal.name for meal in meals.all] == ["dinner"]


def test_one_is_loaded_without_the_others_and_all_with_them(kitchen: Menu) -> None:
    kitchen(bread="BREAD = Dish('bread')", burnt="1 / 0")
    registry = dishes()
    assert registry.get("bread").name == "bread"
    assert registry.names() == ["bread", "burnt"]
    with pytest.raises(
        UserError, match=r"^kitchen\.burnt cannot be loaded: ZeroDivisionError: .*; fix or remove"
    ):
        _ = registry.all


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("def broken(:", "cannot be loaded: SyntaxError"),
        ("import nowhere_to_be_found", "cannot be loaded: ModuleNotFoundError"),
        ("", "must have one dish, called 'bread'; it has none"),
        ("B = Dish('bred')", "must have one dish, called 'bread'; it has 'bred'"),
        (
            "B, C = Dish('bread'), Dish('crumbs')",
            "must have one dish, called 'bread'; it has 'bread' and 'crumbs'",
        ),
    ],
)
def test_a_faulty_file_is_one_sentence(kitchen: Menu, text: str, words: str) -> None:
    kitchen(bread=text)
    with pytest.raises(UserError, match=rf"^kitchen\.bread {words}"):
        dishes().get("bread")


@pytest.mark.parametrize("name", ["a.b", "../bread", "_oven", "rice_pudding", "", "bread.py"])
def test_a_name_is_not_a_path(kitchen: Menu, name: str) -> None:
    kitchen(bread="B = Dish('bread')", rice_pudding="P = Dish('rice-pudding')", _oven="O = Dish('_oven')")
    with pytest.raises(UserError, match="Unknown dish"):
        dishes().get(name)


def test_two_of_one_name_are_one_sentence(kitchen: Menu) -> None:
    kitchen(bread="B = Dish('bread')", toast="T = Dish('bread')")
    with pytest.raises(
        UserError, match=r"kitchen\.bread and kitchen\.toast are both called bread: rename one"
    ):
        _ = many_dishes().all


def test_what_another_file_made_is_one_entry(kitchen: Menu) -> None:
    kitchen(bread="B = Dish('bread')", toast="from kitchen.bread import B\nT = Dish('toast')")
    assert [dish.name for dish in many_dishes().all] == ["bread", "toast"]


# Entry points


def test_a_package_brings_an_entry_after_those_that_ship(kitchen: Menu, brought: Menu) -> None:
    kitchen(bread="B = Dish('bread')")
    brought("bench.dishes", soup=f"{HERE}:soup")
    registry = dishes()
    assert registry.load("soup") is soup
    assert registry.names() == ["bread", "soup"]
    assert registry.names(installed=False) == ["bread"]
    assert [dish.name for dish in registry.shipped] == ["bread"]
    assert [dish.name for dish in registry.all] == ["bread", "soup"]
    assert [dish.name for dish in many_dishes().all] == ["bread", "soup"]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("soup", "nowhere_to_be_found:Kind", r"^bench\.dishes 'soup' cannot be loaded: ModuleNotFoundError"),
        ("soup", f"{HERE}:nothing", "cannot be loaded: AttributeError"),
        ("soup", "json:loads", r"^bench\.dishes 'soup' is not a dish: make it of bench\.Dish"),
        ("broth", f"{HERE}:soup", "must have one dish, called 'broth'; it has 'soup'"),
    ],
)
def test_a_faulty_entry_point_is_one_sentence(
    kitchen: Menu, brought: Menu, name: str, value: str, words: str
) -> None:
    brought("bench.dishes", **{name: value})
    with pytest.raises(UserError, match=words):
        dishes().get(name)


def test_a_faulty_entry_point_is_left_out_and_the_others_are_there(kitchen: Menu, brought: Menu) -> None:
    kitchen(bread="B = Dish('bread')")
    brought("bench.dishes", soup=f"{HERE}:soup", stew="nowhere_to_be_found:Stew")
    with pytest.warns(PluginWarning, match=r"^Left out: bench\.dishes 'stew' cannot be loaded: Module"):
        assert [dish.name for dish in dishes().all] == ["bread", "soup"]


def test_what_fails_when_it_is_used_is_left_out_unless_it_ships(kitchen: Menu, brought: Menu) -> None:
    kitchen(bread="B = Dish('bread')")
    brought("bench.dishes", soup=f"{HERE}:soup")
    registry = dishes()
    bread, theirs = registry.all
    assert registry.used(theirs, lambda dish: dish.name, "") == "soup"
    with pytest.warns(PluginWarning, match="^Left out: the dish 'soup' failed: ZeroDivisionError: "):
        assert registry.used(theirs, lambda dish: str(1 / 0), "nothing") == "nothing"
    with pytest.raises(ZeroDivisionError):
        registry.used(bread, lambda dish: str(1 / 0), "nothing")


def test_what_a_package_brings_must_have_a_name_of_its_own(kitchen: Menu, brought: Menu) -> None:
    kitchen(soup="S = Dish('soup')")
    brought("bench.dishes", soup=f"{HERE}:soup")
    with pytest.warns(
        PluginWarning, match=r"kitchen\.soup and bench\.dishes 'soup' are both called soup: rename"
    ):
        (only,) = dishes().all
    assert only is not soup


def test_none_is_looked_up_for_what_ships(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: 1 / 0)
    for registry in (RUNNERS, DEMOS, STUDIES, EXPORTS, CHECKS):
        entry = registry.shipped[0]
        fresh: Registry[Any] = Registry(registry.kind, registry.package, registry.base, group=registry.group)
        assert type(fresh.get(entry.name)) is type(entry)


def test_a_package_brings_a_workload_and_is_needed_to_run_it(brought: Menu) -> None:
    brought("bench.workloads", theirs=f"{HERE}:Theirs")
    assert modules_of(Theirs) == ("tests",)


def test_a_package_brings_a_model(brought: Menu) -> None:
    brought("bench.runners", mine=f"{HERE}:Mine")
    assert isinstance(RUNNERS.get("mine"), Mine)
    assert RUNNERS.load("theirs") is None
