"""The commands of the embedded MongoDB, over mongomock.

mongomock owns the documents and does the writing, the matching by operators, and the harder projections and
orders. Done here are equality, as mongomock takes True for 1, and finding by equality on ``_id`` or on the
first field of an index, as mongomock would look at every document and the server be what is measured.

Not simulated, beyond what mongomock lacks: collations, hints and read concerns are ignored, no document
expires, and booleans inside operators and dotted paths still equal 0 and 1 (as ``_id``s they collide).
Commands: https://www.mongodb.com/docs/manual/reference/command/
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from math import isnan
from operator import itemgetter
from typing import Any

import bson
import mongomock
from bson import Int64, ObjectId
from mongomock import collection as mongomock_collection
from mongomock import filtering
from pymongo.errors import OperationFailure

from bench.services.mongo_wire import MAX_BSON, MAX_MESSAGE, failure

Document = dict[str, Any]

FIRST_BATCH = 101  # documents, as a server has it when the client names no size
MAX_CURSORS = 10_000  # the oldest goes: clients die without closing theirs

_filter_applies: Callable[[Document, Document], bool] = filtering.filter_applies
_sort_key: Callable[[str, Document], Any] = filtering.resolve_sort_key

# Values whose equality is that of Python, if booleans and NaN are looked after.
_SCALARS = frozenset({bool, int, Int64, float, str, bytes, type(None), ObjectId, datetime})


class CommandError(Exception):
    """A command is refused with one of MongoDB's codes."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def _key(value: Any) -> Any:
    """What stands for a scalar in an index: in MongoDB 1 == 1.0, True != 1, and NaN is NaN."""
    if value is True or value is False:
        return (bool, value)
    return (float, "NaN") if type(value) is float and isnan(value) else value


def _keys(value: Any) -> Iterable[Any]:
    """The keys a field is found by: its value's, or those of a list's elements; a missing one is None."""
    if type(value) is list:
        return {_key(element) for element in value if type(element) in _SCALARS}
    return (_key(value),) if type(value) in _SCALARS else ()


def _split(query: Document) -> tuple[dict[str, Any], Document]:
    """A filter's plain equalities, as keys by field, and the rest, which is left to mongomock."""
    equal: dict[str, Any] = {}
    rest: Document = {}
    for field, condition in query.items():
        value = condition
        if type(value) is dict and len(value) == 1:
            value = value.get("$eq", value)
        if type(value) in _SCALARS and "." not in field and field[:1] != "$":
            equal[field] = _key(value)
        else:
            rest[field] = condition
    return equal, rest


class Collection(mongomock_collection.Collection):
    """mongomock's collection, matching equality as MongoDB does, and indexed for ``select``."""

    def __init__(self, database: Any, name: str) -> None:
        super().__init__(database, name, database._store)  # type: ignore[no-untyped-call]
        self._tables: dict[str, dict[Any, list[Document]]] = {"_id": {}}
        self._indexed = 0  # documents in the tables: the first so many of the store

    def index(self, field: str) -> None:
        """Find by equality on ``field`` without a scan, from now on."""
        if "." not in field:
            self._tables.setdefault(field, {})
            self.changed()

    def changed(self) -> None:
        """Documents were changed or removed: the tables are made anew when they are next needed.

        Inserts need not say so: they go to the end of the store, where ``select`` sees them.
        """
        self._indexed = 0
        for table in self._tables.values():
            table.clear()

    def drop(self, session: Any = None) -> None:
        super().drop(session)  # type: ignore[no-untyped-call]
        self._tables = {"_id": {}}
        self.changed()

    def select(self, query: Document) -> list[Document]:
        """The stored documents that match, in the order of their insertion; not to be changed."""
        documents = self._store._documents
        if len(documents) != self._indexed:
            for document in islice(documents.values(), self._indexed, None):
                for field, table in self._tables.items():
                    for key in _keys(document.get(field)):
                        table.setdefault(key, []).append(document)
            self._indexed = len(documents)
        equal, rest = _split(query)
        best: list[Document] | None = None
        by = ""
        for field, key in equal.items():
            if field in self._tables:
                found = self._tables[field].get(key, [])
                if best is None or len(found) < len(best):
                    best, by = found, field
        if best is None:
            best = list(documents.values())
        else:
            del equal[by]
        return _matching(best, equal, rest)

    def _iter_documents(self, filter: Document) -> Iterator[Document]:
        # mongomock asks here when it updates, deletes and looks after unique indexes. It gets no use of the
        # tables, which do not know of the change that it is in the middle of.
        return iter(_matching(list(self._store._documents.values()), *_split(filter)))


def _matching(documents: list[Document], equal: dict[str, Any], rest: Document) -> list[Document]:
    for field, key in equal.items():
        documents = [document for document in documents if key in _keys(document.get(field))]
    return [document for document in documents if _filter_applies(rest, document)] if rest else documents


def _sorted(documents: list[Document], order: Document) -> list[Document]:
    for field, direction in reversed(order.items()):
        if direction not in (1, -1) or field.startswith("$"):
            raise CommandError(2, f"cannot sort by {field}: {direction}")
        kinds = {type(document.get(field)) for document in documents}
        if kinds <= {int, float, Int64} or kinds == {str}:  # where Python's order is MongoDB's
            documents = sorted(documents, key=itemgetter(field), reverse=direction == -1)
        else:
            key = partial(_sort_key, field)
            documents = sorted(documents, key=key, reverse=direction == -1)
    return documents


def _projector(projection: Document, owner: Any) -> Callable[[Document], Document] | None:
    if not projection:
        return None
    if all((value is True or value == 1) and "." not in field for field, value in projection.items()):
        wanted = projection.keys() | {"_id"}
        return lambda document: {field: document[field] for field in document if field in wanted}
    return lambda document: owner._copy_only_fields(document, dict(projection), dict)


@dataclass
class _Cursor:
    name: str
    documents: list[Document]
    project: Callable[[Document], Document] | None
    position: int = 0

    @property
    def exhausted(self) -> bool:
        return self.position >= len(self.documents)

    def take(self, size: int) -> list[Document]:
        """The next documents: so many, or as many as make 16 MB, as a server has it."""
        batch: list[Document] = []
        room = MAX_BSON
        while len(batch) < size and not self.exhausted:
            document = self.documents[self.position]
            if self.project:
                document = self.project(document)
            room -= len(bson.encode(document))
            if room < 0 and batch:
                break
            batch.append(document)
            self.position += 1
        return batch


def _field(command: Document, name: str, kind: type, default: Any) -> Any:
    value = command.get(name)
    if value is None:
        return default
    if not isinstance(value, kind):
        raise CommandError(14, f"{name} must be a {kind.__name__}")
    return value


def _size(command: Document, name: str, default: int = 0) -> int:
    value = command.get(name)
    if value is None:
        return default
    if not isinstance(value, int | float) or not 0 <= value < 2**63:
        raise CommandError(2, f"{name} must be a number, and not negative")
    return int(value)


class Store:
    """All databases of one server. ``run`` answers any command document, and raises nothing."""

    def __init__(self) -> None:
        client: Any = mongomock.MongoClient()
        self._client = client
        self._collections: dict[tuple[str, str], Collection] = {}
        self._cursors: dict[int, _Cursor] = {}
        self._last_cursor = 0
        self._commands: dict[str, Callable[[Document], Document]] = {
            **dict.fromkeys(("hello", "isMaster", "ismaster"), self._hello),
            **dict.fromkeys(("buildInfo", "buildinfo"), self._build_info),
            **dict.fromkeys(("ping", "endSessions"), lambda _: {}),
            "insert": self._insert,
            "find": self._find,
            "getMore": self._get_more,
            "killCursors": self._kill_cursors,
            "update": self._update,
            "delete": self._delete,
            "createIndexes": self._create_indexes,
            "drop": self._drop,
            "dropDatabase": self._drop_database,
        }

    def run(self, command: Document) -> Document:
        """The answer to a command: what it found, or why it failed."""
        name = next(iter(command), "")
        try:
            handler = self._commands.get(name)
            if handler is None:
                raise CommandError(59, f"no such command: '{name}'")
            return {**handler(command), "ok": 1.0}
        except Exception as error:  # mongomock raises all sorts, and a server outlives a bad command
            return failure(_code(error), f"{error}")

    def _collection(self, command: Document) -> Collection:
        database, name = command.get("$db"), next(iter(command.values()))
        if not isinstance(database, str) or not isinstance(name, str):
            raise CommandError(73, "a command needs the name of a database and of a collection")
        found = self._collections.get((database, name))
        if found is None:
            self._client[database][name]  # mongomock refuses what is no name
            found = self._collections[database, name] = Collection(self._client[database], name)
        return found

    def _hello(self, _: Document) -> Document:
        return {
            "helloOk": True,
            "isWritablePrimary": True,
            "ismaster": True,
            "maxBsonObjectSize": MAX_BSON,
            "maxMessageSizeBytes": MAX_MESSAGE,
            "maxWriteBatchSize": 100_000,
            "localTime": datetime.now(UTC),
            "logicalSessionTimeoutMinutes": 30,
            "minWireVersion": 0,
            "maxWireVersion": 21,  # MongoDB 7.0; no topologyVersion, so monitors poll and do not stream
            "readOnly": False,
        }

    def _build_info(self, _: Document) -> Document:
        return {"version": "7.0.0", "versionArray": [7, 0, 0, 0], "modules": ["simulated by mongomock"]}

    def _find(self, command: Document) -> Document:
        owner = self._collection(command)
        documents = owner.select(_field(command, "filter", dict, {}))
        order = _field(command, "sort", dict, None)
        if order:
            documents = _sorted(documents, order)
        skip, limit = _size(command, "skip"), _size(command, "limit")
        if skip or limit:
            documents = documents[skip : skip + limit if limit else None]
        project = _projector(_field(command, "projection", dict, {}), owner)
        cursor = _Cursor(_namespace(command, "find"), documents, project)
        batch = cursor.take(_size(command, "batchSize", FIRST_BATCH))
        number = 0
        if not cursor.exhausted and not command.get("singleBatch"):
            # The documents may be a table's own list, which an insert makes longer.
            cursor.documents = list(documents)
            number = self._last_cursor = self._last_cursor + 1
            self._cursors[number] = cursor
            if len(self._cursors) > MAX_CURSORS:
                del self._cursors[next(iter(self._cursors))]
        return {"cursor": {"firstBatch": batch, "id": Int64(number), "ns": cursor.name}}

    def _get_more(self, command: Document) -> Document:
        number = _field(command, "getMore", int, 0)
        cursor = self._cursors.get(number)
        if cursor is None or cursor.name != _namespace(command, "collection"):
            raise CommandError(43, f"cursor id {number} not found")
        batch = cursor.take(_size(command, "batchSize") or len(cursor.documents))
        if cursor.exhausted:
            del self._cursors[number]
            number = 0
        return {"cursor": {"nextBatch": batch, "id": Int64(number), "ns": cursor.name}}

    def _kill_cursors(self, command: Document) -> Document:
        asked = _field(command, "cursors", list, [])
        killed = [number for number in asked if self._cursors.pop(number, None)]
        unknown = [number for number in asked if number not in killed]
        return {"cursorsKilled": killed, "cursorsNotFound": unknown, "cursorsAlive": [], "cursorsUnknown": []}

    def _insert(self, command: Document) -> Document:
        owner: Any = self._collection(command)

        def insert(document: Document) -> Document:
            if isinstance(document.get("_id"), list):
                raise CommandError(53, "The '_id' value cannot be of type array")
            owner.insert_one(document)
            return {"n": 1}

        return _each(command, "documents", insert)

    def _update(self, command: Document) -> Document:
        owner: Any = self._collection(command)

        def update(asked: Document) -> Document:
            change = asked["u"]
            if isinstance(change, dict) and not next(iter(change), "").startswith("$"):
                act = owner.replace_one
            else:
                act = owner.update_many if asked.get("multi") else owner.update_one
            done = act(asked["q"], change, upsert=bool(asked.get("upsert"))).raw_result
            new = [] if done["updatedExisting"] or not done["n"] else [done["upserted"]]
            return {"n": done["n"], "nModified": done["nModified"], "upserted": new}

        try:
            return _each(command, "updates", update)
        finally:
            owner.changed()

    def _delete(self, command: Document) -> Document:
        owner: Any = self._collection(command)

        def delete(asked: Document) -> Document:
            act = owner.delete_one if asked.get("limit") else owner.delete_many
            return {"n": act(asked["q"]).deleted_count}

        try:
            return _each(command, "deletes", delete)
        finally:
            owner.changed()

    def _create_indexes(self, command: Document) -> Document:
        owner: Any = self._collection(command)
        before = len(owner._store.indexes) + 1
        for asked in _field(command, "indexes", list, []):
            options = {name: asked[name] for name in ("name", "unique", "sparse") if name in asked}
            owner.create_index(list(asked["key"].items()), **options)
            owner.index(next(iter(asked["key"])))
        return {"numIndexesBefore": before, "numIndexesAfter": len(owner._store.indexes) + 1}

    def _drop(self, command: Document) -> Document:
        self._collection(command).drop()
        return {"ns": _namespace(command, "drop")}

    def _drop_database(self, command: Document) -> Document:
        for (database, _), owner in self._collections.items():
            if database == command.get("$db"):
                owner.drop()
        return {"dropped": command.get("$db")}


def _namespace(command: Document, name: str) -> str:
    return f"{command.get('$db')}.{command.get(name)}"


def _code(error: Exception) -> int:
    if isinstance(error, CommandError):
        return error.code
    if isinstance(error, NotImplementedError):
        return 238
    if isinstance(error, OperationFailure):
        return error.code or 2
    return 8


def _each(command: Document, name: str, act: Callable[[Document], Document]) -> Document:
    """Do a write command's statements one by one; failures are listed, and end it if it is ordered."""
    total: Document = {"n": 0}
    errors: list[Document] = []
    for index, asked in enumerate(_field(command, name, list, [])):
        try:
            done = act(asked)
        except Exception as error:
            errors.append({"index": index, **failure(_code(error), f"{error}")})
            if command.get("ordered", True):
                break
            continue
        for _id in done.pop("upserted", ()):
            total.setdefault("upserted", []).append({"index": index, "_id": _id})
        for count, value in done.items():
            total[count] = total.get(count, 0) + value
    return {**total, "writeErrors": errors} if errors else total
