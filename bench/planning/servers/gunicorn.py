"""gunicorn: a request at a time in each worker (sync), threads (gthread), greenlets (gevent)."""

from bench.core.service import App, AppKind, ServerSetup
from bench.planning.server import Server

THREADS = (4, 16, 64)


class Gunicorn(Server):
    name = "gunicorn"
    place = 20
    threads_option = "--threads"
    restart_option = "--max-requests"

    def setups(self, kind: AppKind, cores: int) -> list[ServerSetup]:
        if kind is not AppKind.WSGI:
            return []
        sync = [ServerSetup(self.name, "sync", workers) for workers in (1, 2 * cores + 1)]
        counts = sorted({1, cores})
        threads = [ServerSetup(self.name, "gthread", n, threads) for n in counts for threads in THREADS]
        return [*sync, *threads, ServerSetup(self.name, "gevent", cores)]

    def packages_of(self, setup: ServerSetup) -> tuple[str, ...]:
        return (self.name, "gevent") if setup.mode == "gevent" else (self.name,)

    def at_once(self, setup: ServerSetup) -> int | None:
        return setup.workers if setup.mode == "sync" else super().at_once(setup)

    def words(self, setup: ServerSetup, kind: AppKind, target: str, port: int) -> list[str]:
        quiet = ["--log-level", "warning", "--graceful-timeout", "1"]
        return ["gunicorn", target, "--bind", f"127.0.0.1:{port}", *self._size(setup), *quiet]

    def command(self, setup: ServerSetup, app: App, target: str) -> str:
        called = f"'{target}()'" if app.factory else target
        return f"gunicorn {called} {' '.join(self._size(setup))}"

    def _size(self, setup: ServerSetup) -> list[str]:
        threads = ["--threads", str(setup.threads)] if setup.threads else []
        return ["--worker-class", setup.mode, "--workers", str(setup.workers), *threads]
