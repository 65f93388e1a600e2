"""Data that threads use: one counter, dict, queue, object or list shared by all, or one for each."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import repeat
from queue import SimpleQueue
from threading import Lock, get_ident
from typing import Any

from bench import Env, Workload, param

ITEMS = 500  # keys of a thread, records of a list
# All numbers stay below 257, so that only the data's cost is measured: see cpu_python.
MODULUS, STEP, NUMBERS = 251, 3, 6


@dataclass(slots=True)
class Counter:
    """A number that threads increment under its lock; without it, increments would be lost."""

    count: int = 0
    lock: Lock = field(default_factory=Lock)


@dataclass(slots=True)
class Settings:
    """An object with an attribute to read."""

    step: int = STEP


def records() -> list[tuple[str, int]]:
    """A list to read, of names and numbers."""
    return [(f"record {number}", number % NUMBERS) for number in range(ITEMS)]


def own_keys() -> list[str]:
    """Keys that no other thread has."""
    return [f"{get_ident()}-{number}" for number in range(ITEMS)]


@dataclass
class ObjectOfThread:
    """The data of one thread."""

    data: Any
    keys: list[str] = field(default_factory=own_keys)
    tasks: int = 0  # done so far


class SharedObjects:
    """One structure for all threads, created by the main thread, or one for each, created by that thread."""

    def __init__(self, make: Callable[[], Any], *, shared: bool) -> None:
        self.make = make
        self.common = make() if shared else None
        self.places: dict[int, ObjectOfThread] = {}

    def place(self) -> ObjectOfThread:
        """The data of the calling thread."""
        ident = get_ident()
        if ident not in self.places:
            self.places[ident] = ObjectOfThread(self.make() if self.common is None else self.common)
        return self.places[ident]


def count(place: ObjectOfThread, operations: int) -> int:
    """Increment under the lock; lost increments show once every thread is done."""
    counter: Counter = place.data
    for _ in repeat(None, operations):
        with counter.lock:
            counter.count = (counter.count + 1) % MODULUS
    return operations


def update(place: ObjectOfThread, operations: int) -> int:
    """Increment the values of the thread's own keys; returns their sum."""
    counts: dict[str, int] = place.data
    keys = place.keys
    for key in keys:
        counts[key] = 0
    for _ in repeat(None, operations // ITEMS):
        for key in keys:
            counts[key] = (counts[key] + 1) % MODULUS
    return sum(counts[key] for key in keys)


def put_and_get(place: ObjectOfThread, operations: int) -> int:
    """Put an item and get one, perhaps another thread's; returns the number of intact items."""
    put, get = place.data.put, place.data.get
    wrong = 0
    for _ in repeat(None, operations):
        put(True)
        if get() is not True:
            wrong += 1
    return operations - wrong


def read_attribute(place: ObjectOfThread, operations: int) -> int:
    """Read an attribute that nobody sets; returns the sum."""
    settings: Settings = place.data
    total = 0
    for _ in repeat(None, operations):
        total = (total + settings.step) % MODULUS
    return total


def read_list(place: ObjectOfThread, operations: int) -> int:
    """Read records that nobody changes; returns the sum of their numbers."""
    to_read: list[tuple[str, int]] = place.data
    total = 0
    for _ in repeat(None, operations // ITEMS):
        for _name, number in to_read:
            total = (total + number) % MODULUS
    return total


STRUCTURES: dict[str, tuple[Callable[[], Any], Callable[[ObjectOfThread, int], int]]] = {
    "counter": (Counter, count),
    "dict": (dict, update),
    "queue": (SimpleQueue, put_and_get),
    "object": (Settings, read_attribute),
    "list": (records, read_list),
}
"""By name, the function that creates the structure and the one that works on it."""
WHOSE = ("shared", "own")


def expected(structure: str, operations: int) -> int:
    """The expected result of a task."""
    passes = operations // ITEMS
    return {
        "counter": operations,
        "dict": ITEMS * (passes % MODULUS),
        "queue": operations,
        "object": STEP * operations % MODULUS,
        "list": passes * sum(number % NUMBERS for number in range(ITEMS)) % MODULUS,
    }[structure]


@dataclass(frozen=True)
class SharedData(Workload):
    """Threads that use one counter, dict, queue, object or list together, or one each."""

    structure: str = param("counter", "counter, dict, queue (written), object or list (only read)")
    data: str = param("own", "shared by all threads, or each thread's own")
    operations: int = param(
        100_000,
        f"operations per task, of a dict or list in whole passes of {ITEMS}",
        minimum=ITEMS,
        maximum=1_000_000_000,
    )

    name = "shared-data"
    family = "shared-data"
    bound = "cpu"
    flavours = frozenset({"sync"})
    in_all = False

    def configure(self, env: Env) -> None:
        if self.structure not in STRUCTURES or self.data not in WHOSE:
            raise ValueError(
                f"structure is one of {', '.join(STRUCTURES)} and data one of {', '.join(WHOSE)},"
                f" not {self.structure!r} and {self.data!r}"
            )

    @contextmanager
    def open(self, env: Env) -> Iterator[SharedObjects]:
        make, _ = STRUCTURES[self.structure]
        session = SharedObjects(make, shared=self.data == "shared")
        yield session
        self.settle(session)

    def task(self, session: SharedObjects, i: int) -> int:
        place, (_, work) = session.place(), STRUCTURES[self.structure]
        result = work(place, self.operations)
        place.tasks += 1
        return result

    def check(self, result: Any, i: int) -> int:
        wanted = expected(self.structure, self.operations)
        if result != wanted:
            raise ValueError(f"task {i} came to {result!r} and not {wanted}")
        return wanted

    def settle(self, session: SharedObjects) -> None:
        """Raise ValueError if an increment was lost or an item is left, which no task can detect alone."""
        places = session.places.values()
        used = {id(place.data): place.data for place in places}.values()
        if self.structure == "counter":
            counted = sum(counter.count for counter in used) % MODULUS
            wanted = self.operations * sum(place.tasks for place in places) % MODULUS
            if counted != wanted:
                raise ValueError(f"counts were lost: {counted} and not {wanted} modulo {MODULUS}")
        if self.structure == "queue" and not all(queue.empty() for queue in used):
            raise ValueError("items are left in a queue")
