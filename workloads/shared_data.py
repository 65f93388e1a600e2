"""Data in the hands of threads: one counter, dict, queue, object or list for all of them, or one for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import repeat
from queue import SimpleQueue
from threading import Lock, get_ident
from typing import Any

from bench import Env, Workload, param

ITEMS = 500  # keys of a thread, records of a list
# All numbers stay below 257, so that nothing is measured but the data: see cpu_python.
MODULUS, STEP, NUMBERS = 251, 3, 6


class Counter:
    """A number that threads count up. Without its lock, some of what they count would be lost."""

    __slots__ = ("count", "lock")

    def __init__(self) -> None:
        self.count = 0
        self.lock = Lock()


class Settings:
    """An object to read an attribute of."""

    __slots__ = ("step",)

    def __init__(self) -> None:
        self.step = STEP


def records() -> list[tuple[str, int]]:
    """A list to read: names and numbers, all made here."""
    return [(f"record {number}", number % NUMBERS) for number in range(ITEMS)]


def own_keys() -> list[str]:
    """Keys that no other thread has."""
    return [f"{get_ident()}-{number}" for number in range(ITEMS)]


@dataclass
class Sharing:
    """What one thread works with."""

    data: Any
    keys: list[str] = field(default_factory=own_keys)
    tasks: int = 0  # that it has done


class SharedObjects:
    """A structure for all threads, made by the main thread, or one for each, made by the thread itself."""

    def __init__(self, make: Callable[[], Any], *, shared: bool) -> None:
        self.make = make
        self.common = make() if shared else None
        self.places: dict[int, Sharing] = {}

    def place(self) -> Sharing:
        """That of the thread that asks."""
        ident = get_ident()
        if ident not in self.places:
            self.places[ident] = Sharing(self.make() if self.common is None else self.common)
        return self.places[ident]


def count(place: Sharing, operations: int) -> int:
    """Count up under the lock. Whether all of it arrived is seen when every thread is done."""
    counter: Counter = place.data
    for _ in repeat(None, operations):
        with counter.lock:
            counter.count = (counter.count + 1) % MODULUS
    return operations


def update(place: Sharing, operations: int) -> int:
    """Count up under each of the thread's own keys; the sum of what stands there in the end."""
    counts: dict[str, int] = place.data
    keys = place.keys
    for key in keys:
        counts[key] = 0
    for _ in repeat(None, operations // ITEMS):
        for key in keys:
            counts[key] = (counts[key] + 1) % MODULUS
    return sum(counts[key] for key in keys)


def put_and_get(place: Sharing, operations: int) -> int:
    """Put an item and get one, perhaps another thread's; how many came as they were put."""
    put, get = place.data.put, place.data.get
    wrong = 0
    for _ in repeat(None, operations):
        put(True)
        if get() is not True:
            wrong += 1
    return operations - wrong


def read_attribute(place: Sharing, operations: int) -> int:
    """Read an attribute that nobody sets, and add it up."""
    settings: Settings = place.data
    total = 0
    for _ in repeat(None, operations):
        total = (total + settings.step) % MODULUS
    return total


def read_list(place: Sharing, operations: int) -> int:
    """Read records that nobody changes, and add up their numbers."""
    to_read: list[tuple[str, int]] = place.data
    total = 0
    for _ in repeat(None, operations // ITEMS):
        for _name, number in to_read:
            total = (total + number) % MODULUS
    return total


MAKE: dict[str, Callable[[], Any]] = {
    "counter": Counter,
    "dict": dict,
    "queue": SimpleQueue,
    "object": Settings,
    "list": records,
}
WORK: dict[str, Callable[[Sharing, int], int]] = {
    "counter": count,
    "dict": update,
    "queue": put_and_get,
    "object": read_attribute,
    "list": read_list,
}
WHOSE = ("shared", "own")


def expected(structure: str, operations: int) -> int:
    """What a task must give."""
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
        if self.structure not in WORK or self.data not in WHOSE:
            raise ValueError(
                f"structure is one of {', '.join(WORK)} and data one of {', '.join(WHOSE)},"
                f" not {self.structure!r} and {self.data!r}"
            )

    @contextmanager
    def open(self, env: Env) -> Iterator[SharedObjects]:
        session = SharedObjects(MAKE[self.structure], shared=self.data == "shared")
        yield session
        self.settle(session)

    def task(self, session: SharedObjects, i: int) -> int:
        place = session.place()
        result = WORK[self.structure](place, self.operations)
        place.tasks += 1
        return result

    def check(self, result: Any, i: int) -> int:
        wanted = expected(self.structure, self.operations)
        if result != wanted:
            raise ValueError(f"task {i} came to {result!r} and not {wanted}")
        return wanted

    def settle(self, session: SharedObjects) -> None:
        """What no task can see alone: raise ValueError if a count was lost, or an item is left."""
        places = session.places.values()
        used = {id(place.data): place.data for place in places}.values()
        if self.structure == "counter":
            counted = sum(counter.count for counter in used) % MODULUS
            wanted = self.operations * sum(place.tasks for place in places) % MODULUS
            if counted != wanted:
                raise ValueError(f"counts were lost: {counted} and not {wanted} modulo {MODULUS}")
        if self.structure == "queue" and not all(queue.empty() for queue in used):
            raise ValueError("items are left in a queue")
