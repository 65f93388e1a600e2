"""The advice on an application: which set-up, why, and the limit with the setting that moves it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.analysis.service import ServiceFigures, service_figures
from bench.core.service import AppKind, GrowthSeen, ServerSetup, ServiceCause, ServiceRun, ServiceVoid
from bench.findings.advice.service_limits import ServiceLimit, limited
from bench.findings.text.service import service_sentences
from bench.findings.text.service_tables import capacity_table, level_table
from bench.planning.service import ANYIO
from tests.made_up_service import ONE, TWO, inside, load, service_run

CAPPED = {ONE: {1: 45, 40: 1800, 256: 1850}, TWO: {1: 45, 40: 1800, 256: 3600}}
THREADS = {
    ServerSetup("gunicorn", "sync", 2): {1: 48, 40: 98},
    ServerSetup("gunicorn", "gthread", 2, 16): {1: 48, 40: 1500},
    ServerSetup("gunicorn", "gthread", 2, 64): {1: 48, 40: 1700, 256: 3000},
}


def capped(threads: dict[str, int]) -> ServiceRun:
    run = service_run(CAPPED)
    return replace(run, inside=[inside(ONE), inside(ONE, 256, threads=threads)])


def figures_of(run: ServiceRun) -> ServiceFigures:
    found = service_figures(run)
    assert found
    return found


def said(run: ServiceRun) -> str:
    return " ".join(service_sentences(figures_of(run)))


def test_a_wait_for_a_core_is_no_waiting_of_the_application() -> None:
    run = service_run({ONE: {1: 100, 8: 190}}, cpu_s=5e-3)
    queued = replace(run, loads=[replace(each, queued_s=4e-3) for each in run.loads])
    assert "A request waits and computes" in said(run)
    assert "A request computes" in said(queued)


def test_the_first_sentence_is_the_command_of_the_best_set_up_with_its_rate_and_interval() -> None:
    first = service_sentences(figures_of(service_run(CAPPED)))[0]
    assert first == (
        "Run it with `uvicorn shop:app --workers 2`: 3,600/s (3,560–3,640/s) with 256 requests in flight."
    )


def test_of_two_that_are_as_fast_the_smaller_is_advised_and_the_other_named() -> None:
    other = ServerSetup("granian", workers=2)
    text = said(service_run({TWO: {1: 45, 40: 1800}, other: {1: 45, 40: 1790}}, memory={TWO: 90, other: 80}))
    assert text.startswith("Run it with `granian --interface asgi --workers 2 shop:app`")
    assert "Equally fast within the intervals, and no smaller: uvicorn, 2 workers (1.01x" in text


def test_anyios_limiter_is_named_with_its_knob_and_what_that_does() -> None:
    run = capped({ANYIO: 40})
    larger = replace(TWO, pool=128)
    run.loads.extend(load(larger, block, 256, 5000) for block in range(1, 6))
    text = said(run)
    assert limited(figures_of(run)).limit is ServiceLimit.ANYIO_POOL
    assert "capped by anyio's limiter, 40 threads in each worker" in text
    assert "`anyio.to_thread.current_default_thread_limiter().total_tokens = 128`" in text
    assert "with it, the same set-up did 1.39x" in text
    assert text.startswith("Run it with `uvicorn shop:app --workers 2`")  # what can be run as it is


@pytest.mark.parametrize("name", ["asyncio", "uvloop"])
def test_the_default_executor_is_named_as_each_loop_calls_it(name: str) -> None:
    text = said(capped({name: 6}))
    assert "the event loop's default executor, 6 threads in each worker (cores + 4, at most 32)" in text
    assert "set_default_executor(ThreadPoolExecutor(24))" in text


def test_what_blocks_the_loop_and_what_computes_on_it_are_told_apart() -> None:
    rates = {ONE: {1: 48, 8: 49}, TWO: {1: 48, 8: 98}}
    held = {"held_s": 0.5, "longest_held_s": 0.02, "line": "/a/shop.py:12 in items"}
    waiting = replace(service_run(rates), inside=[inside(ONE, held_cpu_s=0.01, **held)])
    assert (
        "It blocks the event loop: a request alone holds it for 20 ms, mostly at shop.py:12 in items"
        in said(waiting)
    )
    computing = replace(service_run(rates), inside=[inside(ONE, held_cpu_s=0.49, **held)])
    assert "It computes on the event loop: a request alone holds it for 20 ms" in said(computing)


def test_one_long_hold_among_many_requests_is_no_fault() -> None:
    run = replace(service_run(CAPPED), inside=[inside(ONE, held_s=0.016, longest_held_s=0.016)])
    assert limited(figures_of(run)).limit is ServiceLimit.SERVER


def test_threads_that_compute_one_at_a_time_hold_the_gil() -> None:
    rates = {ONE: {1: 190, 8: 195}, TWO: {1: 190, 8: 380}}
    run = service_run(rates, cpu_s=5e-3)
    run.inside.extend([inside(ONE, gil_share=0.9), inside(ONE, 64, threads={ANYIO: 40})])
    text = said(run)
    assert "A request computes" in text
    assert "It holds the GIL while it computes: another thread waits for it 90 % of the time" in text
    assert "one worker uses 0.9" in text
    assert "Add workers, up to one per core" in text


def test_threads_that_use_several_cores_release_the_gil() -> None:
    run = service_run({ONE: {1: 190, 8: 380}, TWO: {1: 190, 8: 385}}, cpu_s=5e-3)
    run.inside.extend([inside(ONE), inside(ONE, 64, threads={ANYIO: 40})])
    assert "its threads run in parallel, so it releases the GIL" in said(run)


def test_under_wsgi_threads_are_the_limit_of_what_waits() -> None:
    text = said(service_run(THREADS, kind=AppKind.WSGI))
    assert "`gunicorn shop:app --worker-class gthread --workers 2 --threads 64`" in text
    assert "workers times threads, 128" in text
    assert "gunicorn sync, 2 workers 98.0/s" in text


def test_what_went_wrong_is_named() -> None:
    run = service_run(CAPPED)
    run.voids.extend(
        [
            ServiceVoid(ONE, 1, ServiceCause.DIED, "Worker was sent SIGKILL", 40),
            ServiceVoid(TWO, 1, ServiceCause.STATUS, "503 (7 of 90)", 256),
        ]
    )
    text = said(replace(run, varying=["GET /now"], missing=["granian"]))
    assert "uvicorn, 1 worker lost a worker process with 40 in flight" in text
    assert (
        "uvicorn, 2 workers answered with 256 in flight with another status than alone: 503 (7 of 90)."
        in text
    )
    assert "Answers to GET /now differ from call to call" in text
    assert "not installed: granian" in text


def test_memory_that_grows_steadily_is_a_leak_and_what_warms_up_is_not() -> None:
    run = service_run(CAPPED)
    requests = [1000, 2000, 3000, 4000, 5000]
    leaking = GrowthSeen(TWO, requests, [90 << 20, 100 << 20, 110 << 20, 120 << 20, 130 << 20])
    assert "It leaks: memory grew steadily, by 10 KiB with each request." in said(
        replace(run, growth=[leaking])
    )
    for warms_up in ([90, 100, 104, 104, 104], [90.0, 90.8, 91.5, 92.2, 93.0]):
        warming = GrowthSeen(TWO, requests, [round(size * (1 << 20)) for size in warms_up])
        assert "It leaks" not in said(replace(run, growth=[warming]))


def test_a_figure_that_the_generator_may_have_spoiled_is_void() -> None:
    fast = ServerSetup("granian", workers=2)
    figures = figures_of(service_run({ONE: {40: 2000}, fast: {40: 20_000}}))
    assert figures.of(fast) is None
    assert {void.cause for void in figures.voids} == {ServiceCause.GENERATOR}


def test_the_tables_have_a_row_for_each_set_up_and_a_dash_for_what_was_left_out() -> None:
    figures = figures_of(service_run(THREADS, kind=AppKind.WSGI))
    assert capacity_table(figures).rows[0][0] == "gunicorn gthread, 2 workers of 64 threads"
    assert [row[-1] for row in level_table(figures).rows] == ["3,000", "–", "–"]


@pytest.mark.parametrize(
    ("setup", "command"),
    [
        (ONE, "uvicorn shop:create_app --factory"),
        (ServerSetup("granian", workers=2), "granian --interface asgi --workers 2 --factory shop:create_app"),
        (
            ServerSetup("gunicorn", "sync", 3),
            "gunicorn 'shop:create_app()' --worker-class sync --workers 3",
        ),
    ],
)
def test_the_command_calls_a_factory(setup: ServerSetup, command: str) -> None:
    run = service_run({setup: {1: 45, 40: 1800}})
    made = replace(run, app=replace(run.app, target="/a/shop.py:create_app", factory=True))
    assert said(made).startswith(f"Run it with `{command}`:")


def test_a_set_up_with_faults_is_not_advised_beside_a_sound_one() -> None:
    run = service_run(CAPPED)
    fault = ServiceVoid(TWO, 1, ServiceCause.DIFFERS, "3 of 90", 40)
    assert figures_of(run).recommended.setup == TWO
    assert figures_of(replace(run, voids=[fault])).recommended.setup == ONE
    alone = service_run({TWO: CAPPED[TWO]})
    assert figures_of(replace(alone, voids=[fault])).recommended.setup == TWO


def test_a_fault_of_requests_by_the_clock_is_told_by_their_share() -> None:
    fault = ServiceVoid(TWO, 1, ServiceCause.SILENT, "3 of 90", share=0.7)
    assert "left requests unanswered at 70 % of its capacity: 3 of 90" in said(
        replace(service_run(CAPPED), voids=[fault])
    )


def test_what_was_not_seen_from_within_is_not_claimed() -> None:
    two = ServerSetup("granian", workers=2, threads=16)
    text = said(service_run({two: {1: 190, 8: 380}}, kind=AppKind.WSGI, cpu_s=5e-3))
    assert "2 workers use" in text
    assert "whether it releases the GIL was not seen" in text


def test_the_options_named_are_those_of_the_server() -> None:
    granian, gunicorn = ServerSetup("granian", workers=2, threads=16), ServerSetup("gunicorn", "sync", 2)
    for setup, option in ((granian, "--blocking-threads"), (gunicorn, "--threads")):
        text = said(service_run({setup: {1: 48, 40: 98}}, kind=AppKind.WSGI))
        assert f"Raise `{option}` while the cores idle" in text
