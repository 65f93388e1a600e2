"""The commands of the embedded MongoDB.

Not simulated, beyond what its collections lack: collations, hints and read concerns are ignored, and no
document expires. Commands: https://www.mongodb.com/docs/manual/reference/command/
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import mongomock
from pymongo.errors import OperationFailure

from bench.execution.services.mongo_collection import Collection, Document, in_order
from bench.execution.services.mongo_cursors import Cursor, Cursors
from bench.execution.services.mongo_wire import MAX_BSON, MAX_MESSAGE, failure

FIRST_BATCH = 101  # documents, as a server has it when the client names no size


class Store:
    """All databases of one server. ``run`` answers any command and never raises."""

    def __init__(self) -> None:
        client: Any = mongomock.MongoClient()
        self._client = client
        self._collections: dict[tuple[str, str], Collection] = {}
        self._cursors = Cursors()
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
                raise OperationFailure(f"no such command: '{name}'", 59)
            return {**handler(command), "ok": 1.0}
        except Exception as error:  # mongomock raises all sorts, and a server outlives a bad command
            return failure(_code(error), f"{error}")

    def _collection(self, command: Document) -> Collection:
        database, name = command.get("$db"), next(iter(command.values()))
        if not isinstance(database, str) or not isinstance(name, str):
            raise OperationFailure("a command needs the name of a database and of a collection", 73)
        found = self._collections.get((database, name))
        if found is None:
            self._client[database][name]  # mongomock rejects what is not a name
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
            documents = in_order(documents, order)
        skip, limit = _size(command, "skip"), _size(command, "limit")
        if skip or limit:
            documents = documents[skip : skip + limit if limit else None]
        project = owner.projector(_field(command, "projection", dict, {}))
        cursor = Cursor(_namespace(command, "find"), documents, project)
        size = _size(command, "batchSize", FIRST_BATCH)
        return self._cursors.first(cursor, size, bool(command.get("singleBatch")))

    def _get_more(self, command: Document) -> Document:
        number = _field(command, "getMore", int, 0)
        return self._cursors.more(number, _namespace(command, "collection"), _size(command, "batchSize"))

    def _kill_cursors(self, command: Document) -> Document:
        return self._cursors.kill(_field(command, "cursors", list, []))

    def _insert(self, command: Document) -> Document:
        owner: Any = self._collection(command)

        def insert(document: Document) -> Document:
            if isinstance(document.get("_id"), list):
                raise OperationFailure("The '_id' value cannot be of type array", 53)
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


def _field(command: Document, name: str, kind: type, default: Any) -> Any:
    value = command.get(name)
    if value is None:
        return default
    if not isinstance(value, kind):
        raise OperationFailure(f"{name} must be a {kind.__name__}", 14)
    return value


def _size(command: Document, name: str, default: int = 0) -> int:
    value = command.get(name)
    if value is None:
        return default
    if not isinstance(value, int | float) or not 0 <= value < 2**63:
        raise OperationFailure(f"{name} must be a number, and not negative", 2)
    return int(value)


def _namespace(command: Document, name: str) -> str:
    return f"{command.get('$db')}.{command.get(name)}"


def _code(error: Exception) -> int:
    """MongoDB's code for an error, or a plausible one."""
    if isinstance(error, OperationFailure):
        return error.code or 2
    return 238 if isinstance(error, NotImplementedError) else 8


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
