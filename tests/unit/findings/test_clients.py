"""The HTTP clients, and what is said of them: of runs that nobody measured."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from bench.analysis.summary import Summary, summarize
from bench.core.catalog import WORKLOADS
from bench.core.cell import Cell
from bench.core.observation import Observation, ServiceShare
from bench.core.run import Run
from bench.core.workload import Env, Workload
from bench.findings.answer import Answer, Lines
from bench.findings.question import Reply
from bench.findings.questions.clients import http_client
from bench.findings.studies import clients
from bench.planning.studies.clients import CLIENTS, CONCURRENCIES, Clients
from bench.report.html.charts import lines
from tests.made_up import cell_of, observation_of, plan_of
from tests.unit.findings.test_claims import evidence
from tests.unit.findings.test_studies import ASKED
from workloads.http_clients import Httpx2, Niquests, Pyreqwest
from workloads.http_fetch import Fetch

WAIT = 0.02
NAMES = tuple(str(client.client) for client in CLIENTS)
# CPU seconds of a request with 1, 16 and 100 in flight. One thread: no more requests a second than it has time.
CPU: Mapping[str, tuple[float, float, float]] = {
    "httpx": (700e-6, 600e-6, 5e-3),
    "httpx2": (600e-6, 430e-6, 800e-6),
    "niquests": (700e-6, 430e-6, 400e-6),
    "aiohttp": (220e-6, 100e-6, 80e-6),
    "pyreqwest": (280e-6, 56e-6, 45e-6),
}


def cells(clients: Mapping[str, tuple[float, ...]] = CPU) -> dict[Cell, float]:
    """A cell for each client and level, with the CPU time of its requests."""
    return {
        replace(cell_of(f"http[{client}]", "asyncio", "clients"), concurrency=level): cpu
        for client, costs in clients.items()
        for level, cpu in zip(CONCURRENCIES, costs, strict=True)
    }


def seen(cell: Cell, block: int, cpu: float, factor: float = 1.0, **changes: object) -> Observation:
    seconds = max((WAIT + cpu) / cell.concurrency, cpu) * factor
    return observation_of(cell, block, seconds, cpu_s=cell.n * cpu * factor, **changes)


def summary_of(
    clients: Mapping[str, tuple[float, ...]] = CPU,
    *,
    blocks: int = 8,
    factor: Callable[[int, int], float] = lambda block, number: 1.0,
    **changes: object,
) -> Summary:
    """A run of the study; ``factor``: by how much a block and cell differs from what is to be expected."""
    made = cells(clients)
    observations = [
        seen(cell, block, cpu, factor(block, number), **changes)
        for block in range(blocks)
        for number, (cell, cpu) in enumerate(made.items())
    ]
    return summarize(Run(plan_of(list(made), blocks=blocks), observations, []))


def answer_of(summary: Summary) -> Answer:
    answer = clients.answer(summary)
    assert answer is not None
    return answer


# -- the workloads


@pytest.mark.parametrize("kind", [Httpx2, Niquests, Pyreqwest])
def test_a_further_client_is_a_workload_that_all_leaves_out(kind: type[Workload]) -> None:
    assert kind in WORKLOADS.all
    assert kind.label() == f"http[{kind.client}]"
    assert kind.family == "http"
    assert kind.requires == (kind.client,)
    assert {"sync", "asyncio"} <= kind.flavours
    assert not kind.in_all
    assert not kind.essential
    assert not kind.lesson


@pytest.mark.parametrize("kind", [Httpx2, Niquests, Pyreqwest])
def test_every_client_asks_for_the_same_and_checks_the_answer(kind: type[Fetch]) -> None:
    usual = CLIENTS[0]
    assert isinstance(usual, Fetch)
    assert kind().path(7) == usual.path(7)
    assert kind().wait == usual.wait == WAIT
    with pytest.raises(ValueError, match="request 7"):
        kind().check(b"no", 7)


class Noted:
    """A builder that notes what it was told."""

    def __init__(self) -> None:
        self.told: dict[str, object] = {}

    def __getattr__(self, name: str) -> Callable[..., Noted]:
        def tell(*values: object) -> Noted:
            self.told[name] = values
            return self

        return tell


def test_pools_are_as_large_as_the_tasks_in_flight_and_no_proxy_is_asked() -> None:
    env = Env(37, {"http": {"url": "http://127.0.0.1:1"}})
    assert Niquests().settings(env)["pool_maxsize"] == 37
    builder = Noted()
    assert Pyreqwest().configured(builder, env) is builder
    assert builder.told["max_connections"] == builder.told["pool_max_idle_per_host"] == (37,)
    assert "no_proxy" in builder.told
    httpx2 = pytest.importorskip("httpx2", reason="httpx2 is not installed")
    settings = Httpx2().settings(env)
    assert isinstance(settings["limits"], httpx2.Limits)
    assert settings["limits"].max_connections == settings["limits"].max_keepalive_connections == 37
    assert settings["limits"].keepalive_expiry is None
    assert settings["trust_env"] is settings["verify"] is False


# -- the study's cells


def test_each_client_is_measured_under_asyncio_at_each_level() -> None:
    requests = Clients().cells(ASKED)
    assert {request.runner.name for request in requests} == {"asyncio"}
    assert sorted(CONCURRENCIES) == [1, 16, 100]
    assert {(request.workload.client, request.concurrency) for request in requests} == {
        (n, c) for n in NAMES for c in CONCURRENCIES
    }
    assert len({request.workload.wait for request in requests}) == 1
    assert all(
        request.pilot_concurrency == 100 and request.waves == CONCURRENCIES[request.concurrency]
        for request in requests
    )


def test_without_asyncio_there_is_nothing_to_measure() -> None:
    others = [runner for runner in ASKED.runners if runner.name != "asyncio"]
    assert Clients().cells(replace(ASKED, runners=others)) == []


# -- what it says


def test_it_says_who_does_most_who_takes_least_and_that_alone_it_hardly_matters() -> None:
    most, least, alone = answer_of(summary_of()).sentences
    assert most == (
        "With 100 in flight, pyreqwest does the most: 4,990 requests a second, 24.9x (24.9–24.9) those of"
        " httpx; tied with aiohttp."
    )
    assert least == (
        "With 100 in flight, pyreqwest takes the least CPU per request, 45 µs; httpx takes 111.1x (111.1–111.1)"
        " as much."
    )
    assert alone.startswith("With 1 in flight the wait decides: the slowest, ")
    assert alone.endswith(" does 0.98x (0.98–0.98) as many requests as aiohttp.")


def test_ratios_are_paired_so_that_a_slow_block_does_not_blur_them() -> None:
    drift = summary_of(factor=lambda block, number: 1 + block)
    assert "24.9x (24.9–24.9)" in answer_of(drift).sentences[0]


def test_who_is_slow_in_half_of_the_blocks_is_not_shown_to_be_behind() -> None:
    last = len(CPU) - 1

    def slow_in_half(block: int, number: int) -> float:
        return 4.0 if block % 2 and number // len(CONCURRENCIES) == last else 1.0

    most = answer_of(summary_of(factor=slow_in_half)).sentences[0]
    assert most.startswith("With 100 in flight, aiohttp does the most")
    assert most.endswith("tied with pyreqwest.")


def test_few_blocks_are_indicative() -> None:
    assert all(s.endswith("(indicative: 2 blocks).") for s in answer_of(summary_of(blocks=2)).sentences)
    one = answer_of(summary_of(blocks=1)).sentences
    assert all(s.endswith("(indicative: 1 block).") for s in one)
    assert "24.9x those of httpx" in one[0]


def test_where_httpx_is_ahead_nothing_is_compared_with_it() -> None:
    swapped = {"httpx": CPU["pyreqwest"], "aiohttp": CPU["httpx"]}
    most, least, _ = answer_of(summary_of(swapped)).sentences
    assert most == "With 100 in flight, httpx does the most: 4,990 requests a second."
    assert least == "With 100 in flight, httpx takes the least CPU per request, 45 µs."


def test_a_client_that_is_slow_alone_is_not_said_to_wait() -> None:
    slow = {"httpx": (0.02, 0.02, 0.02), "aiohttp": CPU["aiohttp"]}
    assert answer_of(summary_of(slow)).sentences[-1] == (
        "With 1 in flight, the slowest, httpx, does 0.51x (0.51–0.51) as many requests as aiohttp."
    )


def test_a_client_alone_is_named_with_what_it_does() -> None:
    answer = answer_of(summary_of({"aiohttp": CPU["aiohttp"]}))
    assert answer.sentences == ["With 100 in flight, aiohttp does 4,980 requests a second."]


def test_without_httpx_the_others_are_compared_all_the_same() -> None:
    some = {name: CPU[name] for name in ("httpx2", "aiohttp")}
    most, least, _ = answer_of(summary_of(some)).sentences
    assert most == "With 100 in flight, aiohttp does the most: 4,980 requests a second."
    assert "httpx takes" not in least


def test_where_cpu_is_not_known_throughput_still_is() -> None:
    made = cells()
    observations = [
        replace(seen(c, block, cpu), cpu_s=None) for block in range(8) for c, cpu in made.items()
    ]  # fmt: skip
    answer = answer_of(summarize(Run(plan_of(list(made)), observations, [])))
    assert len(answer.sentences) == 2
    assert len(answer.pictures) == 1


def test_a_client_that_took_too_long_with_many_is_shown_with_few() -> None:
    made = {
        cell: cpu
        for cell, cpu in cells().items()
        if (cell.workload, cell.concurrency) != ("http[httpx]", 100)
    }
    observations = [seen(cell, block, cpu) for block in range(8) for cell, cpu in made.items()]
    answer = answer_of(summarize(Run(plan_of(list(made)), observations, [])))
    assert "httpx" not in answer.sentences[0]
    assert len(answer.table.rows) == len(CPU) * len(CONCURRENCIES) - 1
    assert answer.glance is not None
    (line,) = [row for row in answer.glance.rows if row[0] == "httpx"]
    assert line[3] == line[6] == "\N{EN DASH}"


# -- its pictures and tables


def test_each_client_is_a_line_and_the_limit_is_dashed() -> None:
    throughput, cpu = answer_of(summary_of()).pictures
    assert isinstance(throughput, Lines)
    assert isinstance(cpu, Lines)
    *clients, limit = throughput.series
    assert [series.name for series in clients] == [series.name for series in cpu.series] == list(NAMES)
    assert {series.runner for series in clients} == {"asyncio"}
    assert limit.runner is None
    assert {x: y.median for x, y in limit.points} == pytest.approx({1: 50, 16: 800, 100: 5000})
    below = dict(limit.points)
    assert all(y.median < below[x].median for series in clients for x, y in series.points)


def test_clients_are_told_apart_though_they_share_a_colour() -> None:
    throughput, _ = answer_of(summary_of()).pictures
    assert isinstance(throughput, Lines)
    curves = re.findall(r'<path class="curve"[^>]*>', str(lines.draw(throughput, "")))
    dashes = [re.search(r'stroke-dasharray="([^"]*)"', curve) for curve in curves]
    assert len(curves) == len(NAMES) + 1
    assert len({found and found[1] for found in dashes[: len(NAMES)]}) == len(NAMES)


def test_the_table_has_every_client_and_level_and_the_glance_fits_a_narrow_terminal() -> None:
    answer = answer_of(summary_of())
    assert [(row[0], row[1]) for row in answer.table.rows] == [
        (n, str(c)) for n in NAMES for c in CONCURRENCIES
    ]
    assert all(len(row) == len(answer.table.columns) for row in answer.table.rows)
    assert all(row[-1] == "8" for row in answer.table.rows)
    assert answer.glance is not None
    assert [row[0] for row in answer.glance.rows] == [*NAMES, "limit"]
    assert answer.glance.rows[-1][1:4] == ("50.0", "800", "5,000")
    head = [max(map(len, column.split("\n"))) for column in answer.glance.columns]
    widths = [max(size, *map(len, cells)) for size, *cells in zip(head, *answer.glance.rows, strict=True)]
    assert sum(width + 2 for width in widths) <= 80


# -- its notes


def test_a_run_as_it_should_be_needs_no_note_but_what_its_intervals_hold_for() -> None:
    calm = {"http": ServiceShare(cpu_share=0.1, peak_in_flight=9, connections_opened=0)}
    assert answer_of(summary_of(services=calm)).notes == [clients.HOLDS_FOR]


def test_connections_that_are_opened_in_the_batch_and_a_busy_server_are_noted() -> None:
    odd = {"http": ServiceShare(cpu_share=0.9, peak_in_flight=16, connections_opened=3)}
    notes = answer_of(summary_of({"niquests": CPU["niquests"]}, services=odd)).notes
    assert len(notes) == 2 * len(CONCURRENCIES)
    assert "niquests, 16 in flight: 3 connections to the http server were opened in 8 of 8 blocks." in notes
    assert "niquests, 100 in flight: the http server was busy: 90 % of a core in 8 of 8 blocks." in notes


# -- the reader's question


def reply(summary: Summary) -> Reply:
    found = http_client.answer(replace(evidence(), summary=summary))
    assert found is not None
    return found


def test_the_study_answers_httpx_or_aiohttp_at_every_level() -> None:
    told = reply(summary_of())
    assert told.text == (
        "Under asyncio, by requests a second, aiohttp does 1.02x (1.02–1.02) what httpx does with 1 in"
        " flight, 1.02x (1.02–1.02) with 16 and 24.9x (24.9–24.9) with 100; CPU per request"
        " 220 µs against 700 µs, 100 µs against 600 µs and 80 µs against 5.0 ms."
    )
    assert told.where == Clients.name


def test_the_question_says_what_it_cannot_tell() -> None:
    same = dict.fromkeys(("httpx", "aiohttp"), CPU["aiohttp"])
    assert reply(summary_of(same)).text.count(", tied") == len(CONCURRENCIES)
    assert "(indicative: 2 blocks); CPU" in reply(summary_of(blocks=2)).text


def test_without_the_study_the_comparison_answers() -> None:
    told = http_client.answer(evidence())
    assert told is not None
    assert "http[aiohttp]" in told.text
    assert told.where == "speedup"


def test_a_study_without_one_of_the_two_leaves_it_to_the_comparison() -> None:
    lacking = summary_of({"niquests": CPU["niquests"], "httpx": CPU["httpx"]})
    assert http_client.answer(replace(evidence(), summary=lacking)) is None
