"""One way to find what can be added: runners, workloads, demos, studies, claims, questions, exports, checks.

An entry stands in a file of its kind's package, or an installed package brings it by an entry point. Packages
are named by strings, so that this module imports none of what it finds.
"""

from __future__ import annotations

import importlib
import pkgutil
import signal
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache, cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from bench.core.errors import PluginWarning, UserError
from bench.core.wording import listed

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

T = TypeVar("T")
R = TypeVar("R")


class Registry(Generic[T]):
    """The entries of one kind, by name. Nothing is loaded, and no entry point looked up, until it is needed.

    An entry is an instance of ``base``, or what ``make`` makes of a class derived from it that defines
    ``states`` itself. A file whose name begins with "_" helps the others and is skipped.

    A file, or an entry point, has one entry of its own name, which is loaded without the others. Where
    ``name`` is given, which tells an entry's name, a file may have any number of them.
    """

    def __init__(
        self,
        kind: str,
        package: str,
        base: type[Any],
        *,
        group: str = "",
        states: str = "name",
        make: Callable[[Any], T] = lambda found: found(),
        name: Callable[[T], str] | None = None,
        order: Callable[[T], Any] = attrgetter("place"),
    ) -> None:
        self.kind, self.package, self.base, self.group, self.states = kind, package, base, group, states
        self.make, self.order = cache(make), order
        self.one_each = name is None
        self.name: Callable[[T], str] = name or attrgetter("name")

    @cached_property
    def shipped(self) -> tuple[T, ...]:
        """The entries of the package, in order. Raises UserError for a file that cannot be loaded."""
        with uninterrupted():
            return self.ordered(pair for file in self._files() for pair in self._in_file(file))

    @cached_property
    def all(self) -> tuple[T, ...]:
        """Those, and the ones of installed packages: one of these that cannot be used is left out, with a
        PluginWarning, since all else works without it. Raises UserError for a file of the package."""
        found = [pair for file in self._files() for pair in self._in_file(file)]
        for point in self.points():
            try:
                brought = self._at_point(point)
                self.ordered([*found, brought])
            except UserError as error:
                warnings.warn(f"Left out: {error}", PluginWarning, stacklevel=2)
            else:
                found.append(brought)
        return self.ordered(found)

    def used(self, entry: T, use: Callable[[T], R], otherwise: R) -> R:
        """What a use of an entry gives; ``otherwise``, with a PluginWarning, where that raises and the entry
        is an installed package's: the report has the others."""
        try:
            return use(entry)
        except Exception as error:
            if entry in self.shipped:
                raise
            failed = f"the {self.kind} {self.name(entry)!r} failed: {type(error).__name__}: {error}"
            warnings.warn(f"Left out: {failed}", PluginWarning, stacklevel=2)
            return otherwise

    def names(self, *, installed: bool = True) -> list[str]:
        """Every entry's name, or those of the package alone; nothing is loaded where a file has one entry."""
        if self.one_each:
            brought = (point.name for point in self.points()) if installed else ()
            return [*map(_dashed, self._files()), *brought]
        return [self.name(entry) for entry in (self.all if installed else self.shipped)]

    def load(self, name: str) -> T | None:
        """The entry of that name, without loading the others where a file has one. Raises UserError."""
        if not self.one_each:
            return next((entry for entry in self.all if self.name(entry) == name), None)
        files = [file for file in self._files() if _dashed(file) == name]
        found = self._in_file(files[0]) if files else map(self._at_point, self.points(name=name))
        return next((entry for _, entry in found), None)

    def get(self, name: str) -> T:
        """The entry of that name. Raises UserError where there is none."""
        found = self.load(name)
        if found is None:
            raise unknown(self.kind, name, self.names())
        return found

    def find(self, names: Iterable[str]) -> list[T]:
        """The entries of those names, each once. Raises UserError."""
        return [self.get(name) for name in dict.fromkeys(names)]

    def points(self, **wanted: Any) -> Iterable[EntryPoint]:
        """The entry points by which installed packages bring entries."""
        from importlib.metadata import entry_points  # loads what gevent patches; what ships does without

        return entry_points(group=self.group, **wanted) if self.group else ()

    def entry(self, found: object, where: str) -> T:
        """The entry that was found there. Raises UserError where it is none."""
        if isinstance(found, self.base):
            return found  # type: ignore[no-any-return]  # T is the base here
        if isinstance(found, type) and issubclass(found, self.base) and found is not self.base:
            return self.make(found)
        raise UserError(f"{where} is not a {self.kind}: make it of bench.{self.base.__name__}.")

    def ordered(self, found: Iterable[tuple[str, T]]) -> tuple[T, ...]:
        """Entries in order, given with where each is. Raises UserError where two have one name."""
        taken: dict[str, tuple[str, T]] = {}
        for where, entry in found:
            other, first = taken.setdefault(self.name(entry), (where, entry))
            if first is not entry:
                raise UserError(f"{other} and {where} are both called {self.name(entry)}: rename one.")
        return tuple(sorted((entry for _, entry in taken.values()), key=self.order))

    def _files(self) -> list[str]:
        path = importlib.import_module(self.package).__path__
        found = [module.name for module in pkgutil.iter_modules(path) if not module.ispkg]
        return [name for name in found if not name.startswith("_")]

    def _in_file(self, file: str) -> Iterator[tuple[str, T]]:
        where = f"{self.package}.{file}"
        values = list(vars(loaded(where, lambda: importlib.import_module(where))).values())
        found = [self.entry(value, where) for value in values if self._is_of(value, where)]
        if self.one_each:
            self._must_be(found, _dashed(file), where)
        return ((where, entry) for entry in found)

    def _is_of(self, value: object, module: str) -> bool:
        if isinstance(value, type) and issubclass(value, self.base):
            return value.__module__ == module and self.states in vars(value)
        return isinstance(value, self.base)

    def _at_point(self, point: EntryPoint) -> tuple[str, T]:
        where = f"{point.group} {point.name!r}" + (f" of {point.dist.name}" if point.dist else "")
        entry = self.entry(loaded(where, point.load), where)
        if self.one_each:
            self._must_be([entry], point.name, where)
        return where, entry

    def _must_be(self, found: list[T], name: str, where: str) -> None:
        names = [self.name(entry) for entry in found]
        if names != [name]:
            have = listed([*map(repr, names)]) if names else "none"
            raise UserError(f"{where} must have one {self.kind}, called {name!r}; it has {have}.")


def _dashed(file: str) -> str:
    return file.replace("_", "-")


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Delay interrupts while this package's own files are imported: in the midst of an import one may be
    lost, or come out as another error."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows, where nothing is measured
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def loaded(where: str, load: Callable[[], T]) -> T:
    """What loading something gives. Raises UserError, which says where it was, for whatever is raised."""
    try:
        return load()
    except UserError:
        raise
    except (Exception, SystemExit) as error:
        reason = f"{type(error).__name__}: {error}"
        raise UserError(f"{where} cannot be loaded: {reason}; fix or remove it.") from None


def unknown(kind: str, name: str, known: Iterable[str]) -> UserError:
    """The error for a name that does not exist, with the names that may have been meant."""
    from difflib import get_close_matches  # for this sentence alone; worker processes load this module, too

    known = sorted(known)
    near = get_close_matches(name, known, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(known)}."
    return UserError(f"Unknown {kind} {name!r}: {hint}")
