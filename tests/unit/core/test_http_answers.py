"""The pure part of the HTTP service."""

from __future__ import annotations

import subprocess
import sys
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.core.http_answers import (
    FAULTS,
    MAX_DELAY,
    MAX_SIZE,
    AnswerPlan,
    Refused,
    body,
    dribble,
    error,
    find,
    head,
    parse,
    wait,
)

items = st.integers(0, 99_999_999)
plans = st.builds(
    AnswerPlan,
    delay=st.floats(0, MAX_DELAY),
    size=st.integers(0, MAX_SIZE),
    jitter=st.floats(0, 1),
    seed=st.integers(0, 2**63 - 1),
    fault=st.sampled_from(["", *sorted(FAULTS)]),
)


@given(items, st.integers(0, 5000))
def test_body_has_its_size_and_repeats_its_number(i: int, size: int) -> None:
    content = body(i, size)
    assert len(content) == size
    for start in range(0, size, 9):
        assert content[start : start + 9] == f"{i:08}\n".encode()[: size - start]


@given(items, items)
def test_bodies_of_different_items_differ(one: int, other: int) -> None:
    assert (body(one, 8) == body(other, 8)) == (one == other)


@given(plans)
def test_a_plan_survives_its_query_string(plan: AnswerPlan) -> None:
    assert parse(urlencode(plan._asdict()).encode()) == plan


@given(plans, st.sets(st.sampled_from(AnswerPlan._fields)))
def test_what_is_left_out_has_its_default(plan: AnswerPlan, names: set[str]) -> None:
    given_values = {name: value for name, value in plan._asdict().items() if name in names}
    assert parse(urlencode(given_values).encode()) == AnswerPlan(**given_values)


def outcome(query: bytes) -> AnswerPlan | Refused:
    try:
        return parse(query)
    except Refused as no:
        return no


names = st.sampled_from([*AnswerPlan._fields, "other"])


@given(
    st.binary(max_size=200)
    | st.lists(st.tuples(names, st.text(max_size=30))).map(lambda pairs: urlencode(pairs).encode())
)
def test_any_query_is_understood_or_refused_in_one_line(query: bytes) -> None:
    plan = outcome(query)
    if isinstance(plan, Refused):
        assert plan.status == 400
        assert str(plan).isprintable()
        assert str(plan).isascii()
        assert len(str(plan)) < 600
    else:
        assert 0 <= plan.delay <= MAX_DELAY
        assert 0 <= plan.size <= MAX_SIZE


@pytest.mark.parametrize(
    "query",
    [
        b"delay=60.1", b"delay=-1", b"delay=nan", b"delay=inf", b"delay=1e999", b"delay=", b"delay=1_0",
        b"delay", b"delay=%201", b"delay=" + "\u0661".encode(), b"size=16777217", b"size=-1", b"size=1.5",
        b"size=0x10", b"size=" + b"9" * 5000, b"jitter=1.01", b"jitter=-0.1", b"seed=-1", b"seed=a",
        b"fault=none", b"sise=3", b"size=1&size=2", b"&", b"size=1&&seed=1", b"size=1&",
    ],
)  # fmt: skip
def test_malformed_parameters_are_refused(query: bytes) -> None:
    with pytest.raises(Refused) as no:
        parse(query)
    assert no.value.status == 400


@given(items, plans)
def test_jitter_is_bounded_and_the_same_every_time(i: int, plan: AnswerPlan) -> None:
    seconds = wait(plan, i)
    assert seconds == wait(plan, i)
    slack = 1e-9
    assert plan.delay * (1 - plan.jitter) - slack <= seconds <= plan.delay * (1 + plan.jitter) + slack


def test_jitter_is_even_and_other_seeds_draw_afresh() -> None:
    draws = [[wait(AnswerPlan(delay=0.5, jitter=1.0, seed=seed), i) for i in range(2000)] for seed in (1, 2)]
    for column in draws:
        assert abs(sum(column) / 2000 - 0.5) < 0.05
        assert all(150 < sum(k / 10 <= u < (k + 1) / 10 for u in column) < 250 for k in range(10))
    mean = sum(a * b for a, b in zip(*draws, strict=True)) / 2000
    assert abs(mean - 0.25) < 0.02  # as of independent draws


@given(items, st.sampled_from([b"GET", b"HEAD", b"POST"]))
def test_an_item_is_found(i: int, method: bytes) -> None:
    assert find(method, b"/item/%d" % i) == (i, AnswerPlan())
    assert find(method, b"/item/%08d?" % i) == (i, AnswerPlan())
    assert find(method, b"http://127.0.0.1:80/item/%d?size=3" % i) == (i, AnswerPlan(size=3))


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        (b"PUT", b"/item/1", 501),
        (b"GET", b"/", 404),
        (b"GET", b"/items/1", 404),
        (b"GET", b"*", 404),
        (b"GET", b"http://a", 404),
        (b"GET", b"/item/", 400),
        (b"GET", b"/item/-1", 400),
        (b"GET", b"/item/1/2", 400),
        (b"GET", b"/item/123456789", 400),
        (b"GET", "/item/\u0661".encode(), 400),
        (b"GET", b"/item/1?size=x", 400),
    ],
)
def test_other_requests_are_refused(method: bytes, target: bytes, status: int) -> None:
    with pytest.raises(Refused) as no:
        find(method, target)
    assert no.value.status == status


@given(st.binary(max_size=300))
def test_a_dribbled_answer_is_whole(content: bytes) -> None:
    pieces = dribble(b"head", content)
    assert b"".join(pieces) == b"head" + content
    assert len(pieces) == 11
    assert pieces[-1]  # whatever its size, it is complete only with the last piece


def test_heads_and_errors() -> None:
    assert head(200, 5, True).startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"Content-Length: 5\r\n" in head(200, 5, True)
    assert b"Connection: keep-alive\r\n" in head(200, 5, True)
    assert b"Connection: close\r\n" in head(200, 5, False)
    assert error(404, "why", True).endswith(b"\r\n\r\nwhy\n")
    assert error(404, "why", True, bare=True).endswith(b"Content-Length: 4\r\nConnection: keep-alive\r\n\r\n")


def test_clients_can_import_it_cheaply() -> None:
    code = "import bench.core.http_answers, sys; print({'httptools', 'asyncio', 'ssl'} & {*sys.modules})"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout == "set()\n"
