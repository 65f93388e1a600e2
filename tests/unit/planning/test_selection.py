"""What was asked for, and the sentences for what cannot be."""

from __future__ import annotations

import pytest

from bench.core.errors import UserError
from bench.planning.cells import choose
from bench.planning.options import Options
from tests.made_up_host import a_host


def labels(**options: object) -> dict[str, list[str]]:
    choices, _ = choose(Options(**options), a_host())
    return {c.workload.label(): [r.name for r in c.runners] for c in choices if c.workload.name != "null"}


def test_all_has_every_kind_of_work() -> None:
    chosen = labels()
    assert {label.partition("[")[0] for label in chosen} == {
        "sleep", "http", "mongo", "mongomock", "cpu-python", "cpu-native", "mixed", "blocking"
    }  # fmt: skip
    assert chosen["http[httpx]"] == ["sync", "threading", "multiprocessing", "asyncio"]
    assert chosen["http[aiohttp]"] == ["asyncio"]
    assert chosen["mongo[pymongo]"] == ["sync", "threading", "multiprocessing"]
    assert chosen["mongo[motor]"] == chosen["mongo[pymongo-async]"] == chosen["blocking"] == ["asyncio"]


def test_quick_is_a_part_of_all() -> None:
    assert labels(mode="quick").keys() < labels().keys()


def test_a_family_without_a_baseline_gets_one() -> None:
    assert labels(workloads=("http[aiohttp]",)) == {"http[aiohttp]": ["asyncio"], "http[httpx]": ["sync"]}
    assert labels(workloads=("blocking",), params=("seconds=0.01",)) == {
        "blocking": ["asyncio"],
        "sleep": ["sync"],
    }


def test_work_that_blocks_is_measured_when_it_is_named_in_all_of_its_forms() -> None:
    usual = ["sync", "threading", "multiprocessing", "asyncio"]
    assert not {"file", "sqlite", "subprocess"} & {label.partition("[")[0] for label in labels()}
    assert labels(workloads=("file", "sqlite", "subprocess")) == {
        "file[open]": usual,
        "file[aiofiles]": ["asyncio"],
        "sqlite[sqlite3]": usual,
        "sqlite[aiosqlite]": ["asyncio"],
        "subprocess": usual,
    }
    assert labels(workloads=("file[aiofiles]",)) == {"file[aiofiles]": ["asyncio"], "file[open]": ["sync"]}


def test_an_async_library_that_is_not_installed_leaves_out_its_form_alone() -> None:
    wanted = Options(workloads=("file", "sqlite"))
    choices, missing = choose(wanted, a_host(without=("aiofiles", "aiosqlite")))
    assert {c.workload.label() for c in choices} == {"file[open]", "sqlite[sqlite3]", "null"}
    assert [(each.workload, each.reason) for each in missing] == [
        (f"{name}[{library}]", f"it needs {library}: /usr/bin/python3 -m pip install {library}")
        for name, library in (("file", "aiofiles"), ("sqlite", "aiosqlite"))
    ]


def test_models_that_were_named_are_all_there_is() -> None:
    assert labels(workloads=("sleep",), runners=("asyncio",)) == {"sleep": ["asyncio"]}


@pytest.mark.parametrize(
    "options", [{}, {"workloads": ("mongomock",)}, {"workloads": ("http", "client-per-request")}]
)
def test_nothing_is_measured_twice_under_one_name(options: dict) -> None:
    choices, _ = choose(Options(**options), a_host())
    pairs = [(c.workload.label(), runner.name) for c in choices for runner in c.runners]
    assert len(pairs) == len(set(pairs))


def test_a_lesson_is_no_baseline() -> None:
    chosen = labels(workloads=("client-per-request", "http[aiohttp]"), runners=("sync", "asyncio"))
    assert chosen["http[httpx]"] == ["sync"]


def test_what_tasks_cost_without_work_is_in_every_run() -> None:
    choices, _ = choose(Options(workloads=("sleep",), runners=("asyncio", "sync")), a_host())
    assert [r.name for c in choices if c.workload.name == "null" for r in c.runners] == ["sync", "asyncio"]


def test_a_parameter_of_some_workloads_is_no_error_for_the_others() -> None:
    assert labels(params=("delay=0.01",)).keys() == labels().keys()


def test_parameters_reach_every_workload_that_has_them() -> None:
    choices, _ = choose(Options(workloads=("http", "sleep"), params=("delay=0.05", "size=7")), a_host())
    by_label = {c.workload.label(): c.workload for c in choices}
    assert by_label["http[httpx]"].spec().params == {"delay": 0.05, "size": 7, "jitter": 0.0}
    assert by_label["sleep"].spec().params == {"seconds": 0.02}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"workloads": ("htttp",)}, "Unknown workload 'htttp': did you mean http"),
        ({"workloads": ("zzz",)}, "Unknown workload 'zzz': there are "),
        ({"runners": ("thread",)}, "Unknown runner 'thread': did you mean threading"),
        ({"workloads": ("http",), "clients": ("httpy",)}, "Unknown client 'httpy': did you mean httpx"),
        (
            {"workloads": ("sleep",), "clients": ("httpx",)},
            "No chosen workload uses the client 'httpx'",
        ),
        ({"workloads": ("sleep",), "params": ("seconds",)}, "write it as name=value"),
        (
            {"workloads": ("sleep",), "params": ("second=1",)},
            "Unknown parameter 'second': did you mean seconds?",
        ),
        ({"workloads": ("null",), "params": ("x=1",)}, "no chosen workload has parameters"),
        ({"workloads": ("sleep",), "params": ("seconds=-1",)}, "must be between 0 and 60"),
        ({"workloads": ("sleep",), "params": ("seconds=nan",)}, "must be between 0 and 60"),
        ({"workloads": ("sleep",), "params": ("seconds=soon",)}, "seconds of sleep is a number"),
        ({"workloads": ("cpu-python",), "params": ("rounds=1.5",)}, "rounds of cpu-python is a whole number"),
        (
            {"workloads": ("http[aiohttp]",), "runners": ("threading",)},
            "http[aiohttp] runs under asyncio",
        ),
    ],
)
def test_a_mistake_is_one_sentence_that_helps(options: dict, words: str) -> None:
    with pytest.raises(UserError) as error:
        choose(Options(**options), a_host())
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_a_name_alone_means_the_usual_clients_and_a_label_or_client_any() -> None:
    assert {"http[httpx]", "http[aiohttp]"} == set(labels(workloads=("http",)))
    assert "http[niquests]" in labels(workloads=("http[niquests]",))
    assert set(labels(workloads=("http",), clients=("niquests",))) == {"http[niquests]"}
    assert "client-per-request[httpx]" in labels(workloads=("client-per-request",))
