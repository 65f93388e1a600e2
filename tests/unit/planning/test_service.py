"""The requests to an application, and the set-ups that can run it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.core.errors import UserError
from bench.core.service import App, AppKind
from bench.planning.service import (
    ANYIO,
    ServiceOptions,
    app_target,
    levels_within,
    setups_for,
    with_larger_pool,
)
from tests.made_up_service import ONE, TWO, inside, load

ASGI = App("shop:app", "/a", AppKind.ASGI, servers={"uvicorn": "0.30", "gunicorn": "22", "granian": "2"})


def test_a_request_is_sent_as_it_was_asked_for() -> None:
    asked = ServiceOptions(("/items?q=1",), "POST", '{"a": 1}', ("X-Key: b", "host: shop.example")).checked()
    assert asked.titles == ["POST /items?q=1"]
    head, body = asked.requests[0].split(b"\r\n\r\n")
    assert body == b'{"a": 1}'
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /items?q=1 HTTP/1.1"
    assert {"X-Key: b", "host: shop.example", "Content-Type: application/json", "Content-Length: 8"} <= set(
        lines
    )
    assert not any(line.startswith("Host:") for line in lines)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"paths": ("items",)}, "--path 'items' is not a path"),
        ({"paths": ("/a b",)}, "percent-encoded"),
        ({"method": "get it"}, "--method 'get it' is not a method"),
        ({"method": "HEAD"}, "measure GET"),
        ({"headers": ("no header",)}, "write it as 'Name: value'"),
        ({"headers": ("A: b\r\nC: d",)}, "is not a header"),
        ({"body": "x" * 70_000}, "--body is longer than 64 KiB"),
    ],
)
def test_what_cannot_be_sent_is_refused(given: dict[str, object], says: str) -> None:
    with pytest.raises(UserError, match=says):
        replace(ServiceOptions(("/",)), **given).checked()


@pytest.mark.parametrize("target", ["app", "shop:", "no such.py:app", "missing.py:app", ":app"])
def test_what_is_no_address_of_an_application_is_refused(target: str) -> None:
    with pytest.raises(UserError, match=r"is not an application|there is no file|neither a file"):
        app_target(target)


def test_each_kind_of_application_has_its_servers() -> None:
    found, missing = setups_for(ASGI, 4)
    assert [setup.key for setup in found] == [
        "uvicorn-1", "uvicorn-2", "uvicorn-4", "granian-1", "granian-4",
    ]  # fmt: skip
    assert missing == []
    found, missing = setups_for(replace(ASGI, kind=AppKind.WSGI), 2)
    keys = {setup.key for setup in found}
    assert {"gunicorn-sync-1", "gunicorn-sync-5", "gunicorn-gthread-2x64", "granian-2x16"} <= keys
    assert missing == ["gevent"]


def test_without_a_server_the_extra_is_named() -> None:
    with pytest.raises(UserError, match=r"pip install 'bench-concurrency\[serve\]'"):
        setups_for(replace(ASGI, servers={}), 2)


def test_a_larger_pool_is_tried_where_a_pool_is_full_and_cores_idle() -> None:
    full = inside(ONE, 256, threads={ANYIO: 40})
    idle, busy = [load(TWO, 0, 256, 3600, cpu_s=0.2e-3)], [load(TWO, 0, 256, 390, cpu_s=5e-3)]
    assert with_larger_pool(TWO, full, idle, 2) == replace(TWO, pool=128)
    assert with_larger_pool(TWO, full, busy, 2) is None
    assert with_larger_pool(TWO, inside(ONE, 256, threads={ANYIO: 12}), idle, 2) is None


@pytest.mark.parametrize(
    ("phase_s", "levels"),
    [(0.36, [1, 8, 40, 64, 256]), (2.0, [1, 40, 256]), (9.0, [1, 256])],
)
def test_slow_requests_have_fewer_levels(phase_s: float, levels: list[int]) -> None:
    measured, left_out = levels_within(90.0, 7, phase_s)
    assert measured == levels
    assert sorted([*measured, *left_out]) == [1, 8, 40, 64, 256]
