"""A workload: what one task does. Subclass it as a frozen dataclass; the fields are its parameters."""

import dataclasses
import math
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, ClassVar, Literal

from bench.core.cell import Scalar, Spec
from bench.core.code_loading import address_of, file_of, find, must_be_of_revision

Bound = Literal["io", "cpu", "mixed", "none"]
Flavour = Literal["sync", "asyncio", "trio"]


@dataclass(frozen=True)
class Env:
    """The services that a session may use, and how many tasks share it."""

    concurrency: int = 1
    services: Mapping[str, Mapping[str, Scalar]] = field(default_factory=dict)


class Workload:
    """Base class of workloads: ``task`` for sync code, ``task_async`` for asyncio, ``task_trio`` for trio.

    A class that states its ``flavours`` is a workload; one that does not is a base of others.

    One session is opened per process, outside the batch, and shared by the tasks in it. The file must not
    import the client, or listing the workloads would load them all: see ``library``.
    """

    name: ClassVar[str]
    family: ClassVar[str]  # workloads of one family do the same job and share a baseline
    client: ClassVar[str | None] = None  # the library that does it
    bound: ClassVar[Bound]
    flavours: ClassVar[frozenset[Flavour]] = frozenset({"sync"})
    requires: ClassVar[tuple[str, ...]] = ()  # modules
    services: ClassVar[tuple[str, ...]] = ()
    in_all: ClassVar[bool] = True  # part of `bench all`
    essential: ClassVar[bool] = False  # part of `bench all --quick` too
    lesson: ClassVar[bool] = False  # teaches something: a mistake, a mock; not in the headlines
    releases_gil: ClassVar[bool] = False  # while it computes
    spreads: ClassVar[bool] = False  # computes in child processes or threads of its client, under any model
    unproven: ClassVar[bool] = False  # may fail under some models: it is tried under each first
    overlaps: ClassVar[bool] = True  # False: tasks block each other under every runner
    dear: ClassVar[bool] = False  # a task costs so much that none is spent on warming up

    @property
    def round(self) -> int:
        """Tasks after which the work repeats: a batch has whole rounds."""
        return 1

    @property
    def library(self) -> Any:
        """The client: the first module of ``requires``, imported when it is needed."""
        return import_module(self.requires[0])

    @property
    def wait(self) -> float:
        """Seconds for which one task waits, by its parameters: the w of the limit."""
        return 0.0

    def configure(self, env: Env) -> None:
        """Called before the client is imported, for settings that it reads then."""

    def set_up(self, env: Env) -> None:
        """Fill a service, once per run, before anything is measured."""

    def open(self, env: Env) -> AbstractContextManager[Any]:
        """Open the session that tasks share: a client, a connection pool, or nothing."""
        return nullcontext()

    @asynccontextmanager
    async def open_async(self, env: Env) -> AsyncIterator[Any]:
        """The same for asyncio; by default the sync session."""
        with self.open(env) as session:
            yield session

    @asynccontextmanager
    async def open_trio(self, env: Env) -> AsyncIterator[Any]:
        """The same for trio; by default that of asyncio, for clients that run on either loop."""
        async with self.open_async(env) as session:
            yield session

    def of_task(self, session: Any, i: int) -> Any:
        """The part of the session that task ``i`` needs, where it is sent with each task."""
        return session

    def task(self, session: Any, i: int) -> Any:
        """Do task ``i``."""
        raise NotImplementedError

    async def task_async(self, session: Any, i: int) -> Any:
        """Do task ``i`` in a coroutine; by default the plain call, which holds the loop: the point of
        running CPU-bound work under asyncio."""
        return self.task(session, i)

    async def task_trio(self, session: Any, i: int) -> Any:
        """Do task ``i`` in a coroutine of trio; by default as for asyncio."""
        return await self.task_async(session, i)

    def check(self, result: Any, i: int) -> int | Callable[[], int]:
        """Raise ``ValueError`` unless ``result`` is right for task ``i``; the number goes into the digest.

        It runs between the tasks, where it should take little; what takes longer is returned as a function,
        which is called after the batch.
        """
        raise NotImplementedError

    def extension(self) -> bool | None:
        """Whether the client's C extension is in use; None where it has none."""
        return None

    @classmethod
    def label(cls) -> str:
        """``name[client]``, the name in tables and on the command line."""
        return f"{cls.name}[{cls.client}]" if cls.client else cls.name

    def title(self) -> str:
        """Its name in cells: the label, unless it stands for something that has a name of its own."""
        return self.label()

    @classmethod
    def parameters(cls) -> tuple[dataclasses.Field[Any], ...]:
        """Its parameters, in order."""
        return dataclasses.fields(cls)  # type: ignore[arg-type]  # this base is no dataclass, workloads are

    @classmethod
    def target(cls) -> str:
        """Where the class is found: ``module:Class`` or ``/a/file.py:Class``."""
        return address_of(cls)

    def files(self) -> list[str]:
        """Those that it is loaded from, where they can be found."""
        return [file_of(self.target())]

    def spec(self) -> Spec:
        """The workload as a name and parameters, to be built again elsewhere."""
        return Spec(self.target(), dataclasses.asdict(self))  # type: ignore[call-overload]  # as above


def param(default: Any, help: str, *, minimum: float = 0, maximum: float = math.inf) -> Any:
    """A parameter of a workload, with its bounds (inclusive) and a line of help."""
    return field(default=default, metadata={"help": help, "minimum": minimum, "maximum": maximum})


def load(spec: Spec) -> Workload:
    """Build the workload that ``spec`` names.

    Raises ImportError or AttributeError when it is not there, TypeError for an unknown parameter.
    """
    made = find(spec.target)(**spec.params)
    assert isinstance(made, Workload)
    must_be_of_revision(spec.target)
    return made
