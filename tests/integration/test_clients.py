"""Each HTTP client against a real server, and the study that compares them."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.core.observation import Observation
from bench.core.runner import RUNNERS
from bench.core.workload import Workload
from bench.planning.studies.clients import CLIENTS, CONCURRENCIES
from bench.storage.run_folder import load_run
from tests.integration.command import bench
from workloads.http_clients import Httpx2, Niquests, Pyreqwest
from workloads.http_fetch import Httpx

Observe = Callable[..., Observation]
MODELS = ("sync", "threading", "multiprocessing", "asyncio", "trio")
MODELS_HERE = [runner for runner in RUNNERS.all if runner.name in MODELS]
FURTHER = (Httpx2, Niquests, Pyreqwest)


def absent(kind: type[Workload]) -> list[str]:
    return [name for name in kind.requires if importlib.util.find_spec(name) is None]


def unless_absent(kind: type[Workload], model: str, lacks: str | None) -> object:
    """A case, skipped with the reason where the client or the model is absent."""
    reason = f"{model}: {lacks}" if lacks else f"{', '.join(absent(kind))} is not installed"
    skip = [pytest.mark.skip(reason=reason)] if lacks or absent(kind) else []
    return pytest.param(kind, model, id=f"{kind.label()} {model}", marks=skip)


PAIRS = [
    unless_absent(kind, runner.name, runner.available())
    for kind in FURTHER
    for runner in MODELS_HERE
    if runner.flavour in kind.flavours
]


@pytest.mark.parametrize(("kind", "model"), PAIRS)
def test_it_fetches_over_connections_that_are_kept_and_no_more_than_tasks(
    observe: Observe, kind: type[Workload], model: str
) -> None:
    in_flight = 1 if model == "sync" else 8
    seen = observe(kind(delay=0.05), model, concurrency=in_flight, n=4 * in_flight)
    (share,) = seen.services.values()
    assert seen.n == sum(seen.latencies.values()) == 4 * in_flight
    assert share.connections_opened == 0
    assert share.peak_in_flight == in_flight
    assert seen.client_version
    assert seen.client_extension is (True if kind is Pyreqwest else None)


@pytest.fixture(scope="module")
def answers(observe: Observe) -> str:
    """The digest of what httpx gets; that it is the same under each model, another test says."""
    return str(observe(Httpx(delay=0.001), "sync", concurrency=1, n=12).digest)


@pytest.mark.parametrize(("kind", "model"), PAIRS)
def test_it_gets_the_same_answers_as_httpx(
    observe: Observe, answers: str, kind: type[Workload], model: str
) -> None:
    in_flight = 1 if model == "sync" else 3
    assert observe(kind(delay=0.001), model, concurrency=in_flight, n=12).digest == answers


@pytest.mark.parametrize(("kind", "model"), PAIRS)
def test_proxies_of_the_environment_are_not_asked(
    observe: Observe, kind: type[Workload], model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # nobody is there
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert observe(kind(delay=0.0), model, concurrency=1, n=2).n == 2


@pytest.fixture(scope="module")
def where(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clients")


@pytest.fixture(scope="module")
def said(where: Path) -> str:
    done = bench("run", "--study", "clients", "--blocks", "1", cwd=where)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.full
def test_the_study_measures_each_client_that_is_here_at_each_level(said: str, where: Path) -> None:
    run = load_run(where / "reports" / "latest")
    here = {client.label() for client in CLIENTS if not absent(type(client))}
    cells = {cell.key: cell for cell in run.plan.cells if cell.study == "clients"}
    assert {(c.workload, c.concurrency) for c in cells.values()} == {
        (w, c) for w in here for c in CONCURRENCIES
    }
    assert not run.failures
    batches = [seen for seen in run.observations if seen.key in cells]
    opened = {
        (cells[seen.key].workload, cells[seen.key].concurrency): seen.services["http"].connections_opened
        for seen in batches
    }
    # Where others have the cores, a task of a hundred may come to its first request after the warm-up.
    assert all(count <= 0.02 * level for (_, level), count in opened.items()), opened
    assert all(seen.n >= 4 * cells[seen.key].concurrency for seen in batches)


@pytest.mark.full
def test_the_study_answers_and_says_that_a_block_is_few(said: str) -> None:
    text = " ".join(said.split())
    assert "HTTP clients" in text
    assert "With 100 in flight" in text
    assert "(indicative: 1 block)" in text
    lines = [line.split() for line in said.splitlines()]
    rates = {line[0]: line[1:4] for line in lines if len(line) > 4 and line[1][0].isdigit()}
    assert {str(client.client) for client in CLIENTS if not absent(type(client))} <= set(rates)
    # More in flight, more requests a second, and never more than the delay allows.
    found = [float(rate.replace(",", "")) for rate in rates["aiohttp"]]
    assert found == sorted(found)
    assert all(rate <= 1.03 * level / 0.02 for rate, level in zip(found, CONCURRENCIES, strict=True))


@pytest.mark.full
def test_the_study_is_in_the_report(said: str, where: Path) -> None:
    page = (where / "reports" / "latest" / "report.html").read_text(encoding="utf-8")
    assert 'id="clients"' in page
    assert "Throughput by client" in page
    assert "CPU per request by client" in page
