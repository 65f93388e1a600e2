"""granian, a server in Rust."""

from bench.core.service import App, AppKind, ServerSetup
from bench.planning.server import Server


class Granian(Server):
    name = "granian"
    place = 30
    threads_option = "--blocking-threads"
    restart_option = "--workers-lifetime"

    def setups(self, kind: AppKind, cores: int) -> list[ServerSetup]:
        threads = 16 if kind is AppKind.WSGI else 0
        counts = (cores,) if threads else sorted({1, cores})
        return [ServerSetup(self.name, "", workers, threads) for workers in counts]

    def words(self, setup: ServerSetup, kind: AppKind, target: str, port: int) -> list[str]:
        where = ["--host", "127.0.0.1", "--port", str(port)]
        return ["granian", *self._size(setup, kind), *where, "--log-level", "warning", target]

    def command(self, setup: ServerSetup, app: App, target: str) -> str:
        factory = ["--factory"] if app.factory else []
        return " ".join(["granian", *self._size(setup, app.kind), *factory, target])

    def _size(self, setup: ServerSetup, kind: AppKind) -> list[str]:
        threads = ["--blocking-threads", str(setup.threads)] if setup.threads else []
        return ["--interface", kind.value, "--workers", str(setup.workers), *threads]
