"""uvicorn, with the event loop and the parser that it chooses."""

from bench.core.service import App, AppKind, ServerSetup
from bench.planning.server import Server, worker_counts


class Uvicorn(Server):
    name = "uvicorn"
    place = 10
    restart_option = "--limit-max-requests"

    def setups(self, kind: AppKind, cores: int) -> list[ServerSetup]:
        if kind is not AppKind.ASGI:
            return []
        return [ServerSetup(self.name, workers=workers) for workers in worker_counts(cores)]

    def words(self, setup: ServerSetup, kind: AppKind, target: str, port: int) -> list[str]:
        where = ["--host", "127.0.0.1", "--port", str(port), "--workers", str(setup.workers)]
        return ["uvicorn", target, *where, "--log-level", "warning", "--no-access-log"]

    def command(self, setup: ServerSetup, app: App, target: str) -> str:
        workers = f" --workers {setup.workers}" if setup.workers > 1 else ""
        return f"uvicorn {target}{' --factory' if app.factory else ''}{workers}"
