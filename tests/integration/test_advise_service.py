"""`advise` on applications of known kinds: the limit is named; what goes wrong is one clear sentence, and nothing
is left running."""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
import time
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import psutil
import pytest

import bench.execution.load.inside
import bench.execution.load.session
import bench.planning.service
from bench.core.service import App, AppKind, ServerSetup
from bench.execution.load import serving
from bench.execution.load.generator_process import Generator
from bench.execution.load.phase import Phase, PhaseResult
from tests.integration import services
from tests.integration.command import bench as called
from tests.integration.conftest import Lab
from tests.integration.test_interrupts import marked

HERE = Path(services.__file__).parent
BARE = """
import os, time
async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        return
    {does}
    await send({{"type": "http.response.start", "status": {status}, "headers": [(b"content-length", b"2")]}})
    await send({{"type": "http.response.body", "body": b"ok"}})
"""

pytest.importorskip("uvicorn", reason="no server for ASGI applications (the extra serve)")


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> list[ServerSetup]:
    """One block of two levels under the set-ups of this list."""
    setups = [ServerSetup("uvicorn")]
    monkeypatch.setattr(bench.execution.load.session, "setups_for", lambda app, cores: (setups, []))
    monkeypatch.setattr(bench.planning.service, "LEVELS", (1, 128))
    monkeypatch.setattr(bench.execution.load.inside, "GROWTH_WINDOW_S", 0.1)
    monkeypatch.setattr(bench.execution.load.inside, "WINDOW_S", 0.3)
    return setups


def advise(
    where: Path, target: str | Path, path: str = "/", *words: str, code: int = 0
) -> CompletedProcess[str]:
    """The command on one block of that application; nothing that it started is left running."""
    done = called(
        "advise", str(target), "--path", path, "--blocks", "1", *words, cwd=where, BENCH_TEST_MARK=str(where)
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    left = [process for process in marked(where) if process.pid != os.getpid()]
    assert not left, left
    return done


def document(where: Path, target: str | Path, path: str, code: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(advise(where, target, path, "--json", code=code).stdout)
    return found


def bare(where: Path, does: str = "pass", status: int = 200, before: str = "") -> str:
    """The address of a small application."""
    (where / "shop.py").write_text(before + BARE.format(does=does, status=status))
    return "shop.py:app"


def refused(where: Path, target: str, path: str = "/", *words: str) -> str:
    done = advise(where, target, path, *words, code=2)
    assert len(done.stderr.splitlines()) == 1, done.stderr
    return done.stderr


def test_a_def_view_under_fastapi_is_capped_by_anyios_limiter(
    tmp_path: Path, brief: list[ServerSetup]
) -> None:
    pytest.importorskip("fastapi", reason="FastAPI is not installed (the extra test)")
    said = " ".join(advise(tmp_path, HERE / "fastapi_app.py:app", "/waits").stdout.split())
    assert "Run it with `uvicorn fastapi_app:app`" in said
    assert "A request waits: alone it takes" in said
    assert "capped by anyio's limiter, 40 threads in each worker" in said
    assert "capped by anyio" in (tmp_path / "reports" / "service-fastapi-app-py-app.html").read_text()


@pytest.mark.full
@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("/blocks", "loop blocked"),
        ("/hands-over", "default executor"),
        pytest.param("/computes", "GIL", marks=pytest.mark.alone),
        pytest.param("/hashes", "cores", marks=pytest.mark.alone),
    ],
)
def test_each_kind_of_view_under_fastapi_has_its_limit(
    tmp_path: Path, brief: list[ServerSetup], path: str, limit: str
) -> None:
    pytest.importorskip("fastapi", reason="FastAPI is not installed (the extra test)")
    assert document(tmp_path, HERE / "fastapi_app.py:app", path)["limit"] == limit


@pytest.mark.full
@pytest.mark.parametrize("path", ["/motor", "/pymongo"])
def test_queries_that_await_are_limited_by_no_pool(
    tmp_path: Path, brief: list[ServerSetup], lab: Lab, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    pytest.importorskip("fastapi", reason="FastAPI is not installed (the extra test)")
    monkeypatch.setenv("SHOP_MONGO_URI", str(lab.services.addresses(("mongo",))["mongo"]["uri"]))
    found = document(tmp_path, HERE / "fastapi_app.py:app", path)
    assert found["limit"] in ("server", "cores")


@pytest.mark.full
@pytest.mark.parametrize(("path", "limit"), [("/waits", "threads of the server"), ("/computes", "GIL")])
def test_each_kind_of_view_under_flask_has_its_limit(
    tmp_path: Path, brief: list[ServerSetup], path: str, limit: str
) -> None:
    pytest.importorskip("flask", reason="Flask is not installed (the extra test)")
    pytest.importorskip("gunicorn", reason="gunicorn is not installed (the extra serve)")
    brief[:] = [ServerSetup("gunicorn", "sync"), ServerSetup("gunicorn", "gthread", 1, 16)]
    found = document(tmp_path, HERE / "flask_app.py:app", path)
    assert found["limit"] == limit
    if path == "/waits":
        assert found["recommended"]["mode"] == "gthread"


def test_an_application_that_leaks_is_named(tmp_path: Path, brief: list[ServerSetup]) -> None:
    target = bare(tmp_path, "kept.append(os.urandom(20_000))", before="kept = []\n")
    assert "It leaks: memory grew steadily, by" in advise(tmp_path, target).stdout


def test_a_worker_that_is_killed_is_named(
    tmp_path: Path, brief: list[ServerSetup], monkeypatch: pytest.MonkeyPatch
) -> None:
    brief[:] = [ServerSetup("uvicorn", workers=2)]
    run = Generator.run

    def kill_one(generator: Generator, phase: Phase) -> PhaseResult:
        if phase.in_flight == 128:
            marked(tmp_path, "--multiprocessing-fork")[0].kill()
        return run(generator, phase)

    monkeypatch.setattr(Generator, "run", kill_one)
    done = advise(tmp_path, bare(tmp_path), code=3)
    assert "uvicorn, 2 workers lost a worker process" in " ".join(done.stdout.split())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("import nowhere\n", "cannot be loaded: ModuleNotFoundError: No module named 'nowhere'."),
        ("app = 7\n", "it is int, which takes neither scope, receive and send (ASGI) nor environ"),
        ("import os; os._exit(5)\n", "cannot be loaded: the process ended with exit code 5"),
    ],
)
def test_what_does_not_load_is_one_sentence(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "shop.py").write_text(text)
    assert says in refused(tmp_path, "shop.py:app")


def test_an_application_that_does_not_start_is_one_sentence(tmp_path: Path, brief: list[ServerSetup]) -> None:
    (tmp_path / "shop.py").write_text(
        "async def app(scope, receive, send):\n"
        "    await receive()\n"
        "    await send({'type': 'lifespan.startup.failed', 'message': 'no database'})\n"
    )
    assert "does not start under any server: uvicorn-1 ended with exit code 3" in refused(
        tmp_path, "shop.py:app"
    )


def test_a_path_that_is_answered_with_an_error_is_one_sentence(
    tmp_path: Path, brief: list[ServerSetup]
) -> None:
    assert "GET /a is answered with status 404: ok" in refused(tmp_path, bare(tmp_path, status=404), "/a")


def test_a_port_in_use_is_one_sentence(
    tmp_path: Path, brief: list[ServerSetup], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setattr(serving, "free_port", lambda: taken.getsockname()[1])
        assert "address already in use" in refused(tmp_path, bare(tmp_path))


def test_a_missing_server_is_named_with_the_command_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without_servers(target: str, folder: str, *_: object) -> App:
        return App(target, folder, AppKind.ASGI)

    monkeypatch.setattr(bench.execution.load.session, "probe_app", without_servers)
    assert "pip install 'bench-concurrency[serve]'" in refused(tmp_path, bare(tmp_path))


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("-r", "threading"), "-r cannot be combined with --path"),
        (("--header", "x"), "write it as 'Name: value'"),
        (("--python", "3.11", "--python", "3.12"), "one --python at a time"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    tmp_path: Path, words: tuple[str, ...], says: str
) -> None:
    assert says in refused(tmp_path, bare(tmp_path), "/", *words)


def test_an_interrupt_leaves_nothing_running(tmp_path: Path, brief: list[ServerSetup]) -> None:
    def interrupt() -> None:
        while not marked(tmp_path, "uvicorn"):
            time.sleep(0.02)
        time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt, daemon=True).start()
    done = advise(tmp_path, bare(tmp_path), code=130)
    assert "interrupted" in done.stderr
    assert psutil.pid_exists(os.getpid())
