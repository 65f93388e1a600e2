"""The commands, and that the index changes nothing but the time."""

import math
from itertools import pairwise
from typing import Any

import mongomock
import pytest
from bson import Int64, ObjectId
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.execution.services.mongo_store import Store

Document = dict[str, Any]


class Database:
    """Commands in short."""

    def __init__(self) -> None:
        self.store = Store()

    def run(self, **command: Any) -> Document:
        return self.store.run({**command, "$db": "x"})

    def insert(self, *documents: Document, **more: Any) -> Document:
        return self.run(insert="c", documents=[dict(document) for document in documents], **more)

    def find(self, query: Document, **more: Any) -> list[Document]:
        answer = self.run(find="c", filter=query, singleBatch=True, batchSize=10_000, **more)
        assert answer["ok"] == 1, answer
        found: list[Document] = answer["cursor"]["firstBatch"]
        return found

    def ids(self, query: Document, **more: Any) -> list[Any]:
        return [document["_id"] for document in self.find(query, **more)]

    def index(self, field: str, **options: Any) -> Document:
        return self.run(createIndexes="c", indexes=[{"key": {field: 1}, "name": f"{field}_1", **options}])

    def update(self, query: Document, change: Any, **more: Any) -> Document:
        return self.run(update="c", updates=[{"q": query, "u": change, **more}])

    def delete(self, query: Document, limit: int = 0) -> Document:
        return self.run(delete="c", deletes=[{"q": query, "limit": limit}])


@pytest.fixture(params=["scan", "index"])
def database(request: pytest.FixtureRequest) -> Database:
    """Both ways, since the answers must be the same."""
    database = Database()
    if request.param == "index":
        database.index("a")
    return database


def test_equality(database: Database) -> None:
    oid = ObjectId()
    values = [1, True, 0, False, "1", None, [1, 2], [True], [], [[1]], {"b": 1}, 2.5, math.nan, b"1", oid]
    database.insert(*({"_id": n, "a": value} for n, value in enumerate(values)))
    database.insert({"_id": 15, "a": [None]}, {"_id": 99})
    for value in (1, 1.0, Int64(1)):
        assert database.ids({"a": value}) == [0, 6]
        assert database.ids({"a": {"$eq": value}}) == [0, 6]
    assert database.ids({"a": True}) == [1, 7]
    assert database.ids({"a": 0}) == [2]
    assert database.ids({"a": False}) == [3]
    assert database.ids({"a": "1"}) == [4]
    assert database.ids({"a": None}) == [5, 15, 99]
    assert database.ids({"a": [1, 2]}) == [6]
    assert database.ids({"a": {"b": 1}}) == [10]
    assert database.ids({"a": math.nan}) == [12]
    assert database.ids({"a": b"1"}) == [13]
    assert database.ids({"a": oid}) == [14]


def test_a_document_is_found_once_however_often_its_list_has_the_value(database: Database) -> None:
    database.insert({"_id": 1, "a": [5, 5, 5.0]})
    assert database.ids({"a": 5}) == [1]


def test_ids_are_found_by_number_and_not_by_boolean() -> None:
    database = Database()
    database.insert({"_id": 1}, {"_id": {"a": 1}})
    assert database.ids({"_id": 1.0}) == [1]
    assert database.ids({"_id": True}) == []
    assert database.ids({"_id": {"a": 1}}) == [{"a": 1}]


def test_writes_mind_booleans_too(database: Database) -> None:
    database.insert({"_id": 1, "a": 1}, {"_id": 2, "a": True})
    assert database.update({"a": True}, {"$set": {"b": 1}}, multi=True)["n"] == 1
    assert database.ids({"b": 1}) == [2]
    assert database.delete({"a": 1})["n"] == 1
    assert database.ids({}) == [2]


def test_the_index_follows_every_write(database: Database) -> None:
    database.insert({"_id": 1, "a": 1}, {"_id": 2, "a": 1})
    assert database.ids({"a": 1}) == [1, 2]
    database.insert({"_id": 3, "a": 1})
    assert database.ids({"a": 1}) == [1, 2, 3]
    assert database.update({"_id": 1}, {"$set": {"a": 2}}) == {"n": 1, "nModified": 1, "ok": 1.0}
    assert (database.ids({"a": 1}), database.ids({"a": 2})) == ([2, 3], [1])
    assert database.update({"_id": 2}, {"a": [2, 7]})["nModified"] == 1
    assert (database.ids({"a": 1}), database.ids({"a": 7})) == ([3], [2])
    answer = database.update({"_id": 9}, {"$set": {"a": 7}}, upsert=True)
    assert answer["upserted"] == [{"index": 0, "_id": 9}]
    assert database.ids({"a": 7}) == [2, 9]
    assert database.delete({"a": 7}, limit=1)["n"] == 1
    assert database.ids({"a": 7}) == [9]
    assert database.run(drop="c")["ok"] == 1
    assert database.ids({"a": 7}) == []
    database.insert({"_id": 1, "a": 7})
    assert database.ids({"a": 7}) == [1]
    assert database.run(dropDatabase=1)["dropped"] == "x"
    assert database.ids({}) == []


def test_duplicates() -> None:
    database = Database()
    answer = database.insert({"_id": 1}, {"_id": 1}, {"_id": 2})
    assert (answer["n"], answer["ok"]) == (1, 1.0)
    assert [(error["index"], error["code"]) for error in answer["writeErrors"]] == [(1, 11000)]
    answer = database.insert({"_id": 1}, {"_id": 3}, {"_id": 1}, ordered=False)
    assert (answer["n"], [error["index"] for error in answer["writeErrors"]]) == (1, [0, 2])
    assert database.ids({}) == [1, 3]
    assert database.insert({"_id": [1]})["writeErrors"][0]["code"] == 53


def test_unique_indexes() -> None:
    database = Database()
    database.insert({"_id": 1, "a": 1}, {"_id": 2, "a": 2})
    assert database.index("a", unique=True)["numIndexesAfter"] == 2
    assert database.insert({"_id": 3, "a": 1})["writeErrors"][0]["code"] == 11000
    assert database.update({"_id": 2}, {"$set": {"a": 1}})["writeErrors"][0]["code"] == 11000
    assert (database.ids({"a": 1}), database.ids({"a": 2})) == ([1], [2])
    assert database.insert({"_id": 4, "a": True})["n"] == 1


def test_order_and_page(database: Database) -> None:
    database.insert(*({"_id": n, "a": 1, "b": n % 3, "s": str(n)} for n in range(9)))
    assert database.ids({"a": 1}, sort={"b": -1, "_id": 1}) == [2, 5, 8, 1, 4, 7, 0, 3, 6]
    assert database.ids({"a": 1}, sort={"b": 1}, skip=2, limit=3) == [6, 1, 4]
    assert database.ids({"a": 1, "b": {"$gte": 1}}, sort={"s": -1}, limit=2) == [8, 7]
    assert database.ids({}, sort={"b": 1, "s": -1}, limit=1) == [6]
    database.insert({"_id": 9, "a": 1}, {"_id": 10, "a": 1, "b": "x"}, {"_id": 11, "a": 1, "b": 1.5})
    assert database.ids({"a": 1}, sort={"b": 1}) == [9, 0, 3, 6, 1, 4, 7, 11, 2, 5, 8, 10]
    assert database.ids({"a": 1}, sort={"b": -1})[:2] == [10, 2]


def test_projection(database: Database) -> None:
    database.insert({"_id": 1, "a": 1, "b": {"c": 1, "d": 2}, "e": 3})
    for query in ({"a": 1}, {"e": 3}):
        assert database.find(query, projection={"e": 1}) == [{"_id": 1, "e": 3}]
        assert database.find(query, projection={"_id": 0, "e": 1}) == [{"e": 3}]
        assert database.find(query, projection={"b.d": 1}) == [{"_id": 1, "b": {"d": 2}}]
        assert database.find(query, projection={"a": 0, "b": 0}) == [{"_id": 1, "e": 3}]
        assert database.find(query, projection={"_id": 1}) == [{"_id": 1}]


def test_cursors() -> None:
    database = Database()
    database.index("a")
    database.insert(*({"_id": n, "a": 1} for n in range(10)))
    cursor = database.run(find="c", filter={"a": 1}, batchSize=4)["cursor"]
    assert (len(cursor["firstBatch"]), cursor["ns"]) == (4, "x.c")
    database.insert({"_id": 10, "a": 1})  # after the query: not in its answer
    assert len(database.ids({"a": 1})) == 11
    assert database.run(getMore=cursor["id"], collection="other")["code"] == 43
    batch = database.run(getMore=cursor["id"], collection="c", batchSize=5)["cursor"]
    assert (len(batch["nextBatch"]), batch["id"]) == (5, cursor["id"])
    batch = database.run(getMore=cursor["id"], collection="c", batchSize=5)["cursor"]
    assert (batch["nextBatch"], batch["id"]) == ([{"_id": 9, "a": 1}], 0)
    assert database.run(getMore=cursor["id"], collection="c")["codeName"] == "CursorNotFound"
    cursor = database.run(find="c", batchSize=0)["cursor"]
    assert cursor["firstBatch"] == []
    answer = database.run(killCursors="c", cursors=[cursor["id"], 4711])
    assert (answer["cursorsKilled"], answer["cursorsNotFound"]) == ([cursor["id"]], [4711])


def test_batches_stay_below_the_size_of_a_message() -> None:
    database = Database()
    database.insert(*({"_id": n, "a": "x" * 6_000_000} for n in range(5)))
    cursor = database.run(find="c")["cursor"]
    assert len(cursor["firstBatch"]) == 2
    assert len(database.run(getMore=cursor["id"], collection="c")["cursor"]["nextBatch"]) == 2


def test_the_handshake() -> None:
    answer = Database().run(hello=1)
    assert (answer["maxWireVersion"], answer["isWritablePrimary"], answer["ok"]) == (21, True, 1.0)
    assert "setName" not in answer
    assert Database().run(ping=1) == {"ok": 1.0}


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ({}, 59),
        ({"nonsense": 1, "$db": "x"}, 59),
        ({"find": "c"}, 73),
        ({"find": 1, "$db": "x"}, 73),
        ({"find": "c", "filter": 1, "$db": "x"}, 14),
        ({"find": "c", "limit": -1, "$db": "x"}, 2),
        ({"find": "c", "skip": "1", "$db": "x"}, 2),
        ({"find": "c", "batchSize": math.nan, "$db": "x"}, 2),
        ({"find": "c", "sort": {"a": "up"}, "$db": "x"}, 2),
        ({"find": "a..b", "$db": "x"}, 8),
        ({"getMore": "1", "collection": "c", "$db": "x"}, 14),
        ({"createIndexes": "c", "indexes": [{"key": {}}], "$db": "x"}, 8),
        ({"insert": "c", "documents": 5, "$db": "x"}, 14),
    ],
)
def test_bad_commands_fail_and_nothing_more(command: Document, code: int) -> None:
    answer = Store().run(command)
    assert (answer["ok"], answer["code"]) == (0.0, code)


def test_bad_statements_are_listed() -> None:
    database = Database()
    database.insert({"_id": 1})
    assert database.run(insert="c", documents=[5])["writeErrors"][0]["index"] == 0
    assert database.update({"$nonsense": 1}, {"$set": {"a": 1}})["writeErrors"]
    assert database.run(find="c", filter={"a": {"$nonsense": 1}})["ok"] == 0
    assert database.run(find="c", filter={"$where": "1"})["codeName"] == "NotImplemented"


# No 0 and 1 beside the booleans: mongomock, by which the answers are judged here, takes them for the same.
scalars = st.sampled_from([2, 3, 2.0, 3.5, "2", "x", "", None, True, False, b"2"])
values = st.one_of(scalars, st.lists(scalars, max_size=3), st.dictionaries(st.just("c"), scalars, max_size=1))
fields = st.sampled_from(["a", "b"])
ids = st.integers(2, 9)
documents = st.dictionaries(fields, values, max_size=2)
orders = st.sampled_from(["$gte", "$gt", "$lte", "$lt", "$ne", "$eq"])
conditions = st.one_of(
    values,
    st.builds(lambda operator, value: {operator: value}, orders, scalars),
    st.builds(lambda several: {"$in": several}, st.lists(scalars, max_size=3)),
)
queries = st.one_of(
    st.dictionaries(fields, conditions, max_size=2),
    st.builds(lambda query, key: {**query, "_id": key}, st.dictionaries(fields, conditions, max_size=1), ids),
    st.builds(lambda value: {"a.c": value}, scalars),
)
changes = st.one_of(
    st.builds(lambda field, value: {"$set": {field: value}}, fields, values),
    st.builds(lambda field: {"$unset": {field: ""}}, fields),
)
steps = st.one_of(
    st.tuples(st.just("insert"), ids, documents),
    st.tuples(st.just("update"), queries, changes),
    st.tuples(st.just("replace"), queries, documents),
    st.tuples(st.just("delete"), queries, st.booleans()),
    st.tuples(st.just("index"), fields, st.none()),
    st.tuples(st.just("find"), queries, st.none()),
)


def both(database: Database, plain: Any, kind: str, first: Any, second: Any) -> None:
    """The same step on either side."""
    if kind == "insert":
        document = {"_id": first, **second}
        answer = database.insert(document)
        try:
            plain.insert_one(dict(document))
        except mongomock.DuplicateKeyError:
            assert answer["writeErrors"][0]["code"] == 11000
    elif kind == "update":
        answer = database.update(first, second, multi=True)
        assert answer["n"] == plain.update_many(first, second).matched_count
    elif kind == "replace":
        answer = database.update(first, second)
        assert answer["n"] == plain.replace_one(first, second).matched_count
    elif kind == "delete":
        remove = plain.delete_one if second else plain.delete_many
        assert database.delete(first, int(second))["n"] == remove(first).deleted_count
    elif kind == "index":
        assert database.index(first)["ok"] == 1
    else:
        assert database.find(first) == list(plain.find(first))


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(ids, documents), max_size=8),
    st.lists(steps, max_size=25),
    st.lists(queries, min_size=1, max_size=5),
)
def test_answers_are_those_of_a_plain_scan(start: Any, walk: Any, asked: Any) -> None:
    database = Database()
    plain: Any = mongomock.MongoClient()["x"]["c"]
    database.index("a")
    for key, document in start:
        both(database, plain, "insert", key, document)
    for kind, first, second in walk:
        both(database, plain, kind, first, second)
    for query in asked:
        both(database, plain, "find", query, None)


@given(st.lists(st.one_of(st.integers(-5, 5), st.floats(-5, 5)), max_size=20))
def test_numbers_are_sorted_stably(numbers: list[float]) -> None:
    database = Database()
    database.insert(*({"_id": n, "a": number} for n, number in enumerate(numbers)))
    found = database.find({}, sort={"a": -1})
    assert all((-x["a"], x["_id"]) <= (-y["a"], y["_id"]) for x, y in pairwise(found))
