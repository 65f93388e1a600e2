"""What is an application, and of which kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.core.service import AppKind
from bench.worker.app_loading import NotAnApp, kind_of, load_app

TEXT = """
class Framework:
    def __call__(self, environ, start_response): ...

class Asynchronous:
    async def __call__(self, scope, receive, send): ...

class OfEachRequest:
    def __init__(self, environ, start_response): ...

class OfEachScope:
    def __init__(self, scope, receive, send): ...

async def asgi(scope, receive, send): ...
def wsgi(environ, start_response): ...
def create_app(debug=False): return Framework()
def handler(request): ...
app, api, number = Framework(), Asynchronous(), 7
"""


@pytest.mark.parametrize(
    ("name", "kind", "factory"),
    [
        ("app", AppKind.WSGI, False),
        ("api", AppKind.ASGI, False),
        ("asgi", AppKind.ASGI, False),
        ("wsgi", AppKind.WSGI, False),
        ("create_app", AppKind.WSGI, True),
        ("OfEachRequest", AppKind.WSGI, False),
        ("OfEachScope", AppKind.ASGI, False),
        ("Asynchronous", AppKind.ASGI, True),
    ],
)
def test_an_application_is_known_by_how_it_is_called(
    tmp_path: Path, name: str, kind: AppKind, factory: bool
) -> None:
    (tmp_path / "shop.py").write_text(TEXT)
    assert load_app(f"{tmp_path}/shop.py:{name}", str(tmp_path))[1:] == (kind, factory)


@pytest.mark.parametrize("name", ["number", "handler"])
def test_what_takes_neither_is_none(tmp_path: Path, name: str) -> None:
    (tmp_path / "shop.py").write_text(TEXT)
    with pytest.raises(NotAnApp, match="which takes neither scope, receive and send"):
        load_app(f"{tmp_path}/shop.py:{name}", str(tmp_path))


def test_frameworks_as_they_are() -> None:
    why = "it is not installed (the extra test)"
    fastapi, flask = (pytest.importorskip(name, reason=f"{name}: {why}") for name in ("fastapi", "flask"))
    assert kind_of(fastapi.FastAPI()) is AppKind.ASGI
    assert kind_of(flask.Flask("shop")) is AppKind.WSGI
