"""A server for ASGI or WSGI applications: its set-ups, and the command that starts one."""

from collections.abc import Sequence

from bench.core.registry import Registry
from bench.core.service import App, AppKind, ServerSetup


class Server:
    """Derive from this class in a file of ``bench/planning/servers``; ``place`` is its order in tables."""

    name: str
    place: int
    threads_option: str = ""  # for more threads in each worker
    restart_option: str = ""  # for workers that are replaced after a while

    def setups(self, kind: AppKind, cores: int) -> Sequence[ServerSetup]:
        """The set-ups to measure on that many cores; none where it cannot run such an application."""
        raise NotImplementedError

    def packages_of(self, setup: ServerSetup) -> Sequence[str]:
        """The packages that a set-up needs."""
        return (setup.server,)

    def words(self, setup: ServerSetup, kind: AppKind, target: str, port: int) -> Sequence[str]:
        """The arguments of ``python -m`` that start it on loopback."""
        raise NotImplementedError

    def at_once(self, setup: ServerSetup) -> int | None:
        """Requests that its threads can serve at the same time; None: threads are no limit."""
        return setup.workers * setup.threads or None

    def command(self, setup: ServerSetup, app: App, target: str) -> str:
        """The command that a user types for the same; the target may be a factory."""
        raise NotImplementedError


SERVERS: Registry[Server] = Registry("server", "bench.planning.servers", Server)


def worker_counts(cores: int) -> list[int]:
    """1, 2, 4 ... and the number of cores."""
    return sorted({*(2**power for power in range(cores.bit_length()) if 2**power <= cores), cores})
