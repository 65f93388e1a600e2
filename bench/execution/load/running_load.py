"""A phase of load under way: its connections, what was sent on each, and what came back."""

import select
import selectors
import time
from collections import Counter

from bench.execution.load.http_client import BadAnswer, Connection
from bench.execution.load.phase import Phase

MOST_ANSWERS = 200  # different ones that are told apart
PAUSE_S = 0.01  # after a connection that failed
READ = selectors.EVENT_READ


class RunningLoad:
    """One phase of load under way."""

    def __init__(self, phase: Phase) -> None:
        self.phase = phase
        self.requests = [request.encode("latin-1") for request in phase.requests]
        self.selector = selectors.DefaultSelector()
        self.turn = 0
        self.open = 0  # connections
        self.in_flight = 0
        self.idle: list[Connection] = []
        self.spans: list[tuple[int, int]] = []  # when each answered request was due, and when it was answered
        self.answers: Counter[tuple[int, int, int]] = Counter()
        self.errors: Counter[str] = Counter()
        self.paused_until = 0

    def send(self, connection: Connection, due: int) -> None:
        """Send the next request of the mix."""
        self.turn += 1
        connection.request = self.turn % len(self.requests)
        connection.due = due
        self.in_flight += 1
        try:
            connection.socket.send(self.requests[connection.request])
        except BlockingIOError:  # it is not connected yet
            self.selector.modify(connection.socket, selectors.EVENT_WRITE, connection)
        except OSError as error:
            self.fail(connection, error)

    def connect(self) -> Connection:
        connection = Connection(self.phase.port)
        self.selector.register(connection.socket, READ, connection)
        self.open += 1
        return connection

    def fail(self, connection: Connection, error: Exception) -> None:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        self.errors[str(reason)] += 1
        self.in_flight -= 1
        self.drop(connection)
        self.paused_until = time.perf_counter_ns() + round(PAUSE_S * 1e9)

    def drop(self, connection: Connection) -> None:
        self.selector.unregister(connection.socket)
        connection.socket.close()
        self.open -= 1

    def wait(self, until: int, *, exactly: bool = False) -> list[Connection]:
        """The connections whose answers are complete, waiting until that time at most: in the whole
        milliseconds of epoll, or exactly, which costs a call of the system more."""
        left = max((until - time.perf_counter_ns()) / 1e9, 0.0)
        if exactly and left:
            select.select([self.selector.fileno()], [], [], left)
            left = 0.0
        done = []
        for key, events in self.selector.select(left):
            connection: Connection = key.data
            try:
                if events & READ:
                    if (found := connection.read()) is None:
                        continue
                    kind = (connection.request, *found)
                    if kind in self.answers or len(self.answers) < MOST_ANSWERS:
                        self.answers[kind] += 1
                    else:
                        self.answers[(connection.request, found[0], -1)] += 1
                    self.in_flight -= 1
                    done.append(connection)
                else:
                    self.selector.modify(connection.socket, READ, connection)
                    connection.socket.send(self.requests[connection.request])
            except (OSError, BadAnswer) as error:
                if connection in self.idle:  # the server closed what had nothing to do
                    self.idle.remove(connection)
                    self.drop(connection)
                else:
                    self.fail(connection, error)
        return done

    def renewed(self, connection: Connection) -> Connection:
        """A connection for the next request: this one, unless the server closes it."""
        if connection.ready():
            return connection
        self.drop(connection)
        return self.connect()

    def done(self, connection: Connection) -> int:
        """Take down that a request was answered, now: the time, in nanoseconds."""
        moment = time.perf_counter_ns()
        self.spans.append((connection.due, moment))
        return moment

    def drain(self) -> None:
        """Wait for what is still in flight: the next phase begins with an idle server."""
        until = time.perf_counter_ns() + round(self.phase.longest_s * 1e9)
        while self.in_flight and time.perf_counter_ns() < until:
            for connection in self.wait(until):
                self.done(connection)
                self.drop(connection)

    def close(self) -> None:
        for key in list(self.selector.get_map().values()):
            key.data.socket.close()
        self.selector.close()
