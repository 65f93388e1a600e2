"""The collections of the embedded MongoDB: mongomock's, with MongoDB's equality, and indexed.

mongomock owns the documents and does the writing, the matching by operators, and the harder projections and
orders. Done here are equality, as mongomock takes True for 1, and finding by equality on ``_id`` or on the
first field of an index, as mongomock would look at every document and the server be what is measured.

Booleans inside operators and dotted paths still equal 0 and 1 (as ``_id``s they collide).
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial
from itertools import islice
from math import isnan
from operator import itemgetter
from typing import Any

from bson import Int64, ObjectId
from mongomock import collection as mongomock_collection
from mongomock import filtering
from pymongo.errors import OperationFailure

Document = dict[str, Any]
Projector = Callable[[Document], Document]

_filter_applies: Callable[[Document, Document], bool] = filtering.filter_applies
_sort_key: Callable[[str, Document], Any] = filtering.resolve_sort_key

# Values whose equality is that of Python, if booleans and NaN are looked after.
_SCALARS = frozenset({bool, int, Int64, float, str, bytes, type(None), ObjectId, datetime})


class Collection(mongomock_collection.Collection):
    """mongomock's collection, matching equality as MongoDB does, and indexed for ``select``."""

    def __init__(self, database: Any, name: str) -> None:
        super().__init__(database, name, database._store)  # type: ignore[no-untyped-call]  # mongomock has no types
        self._tables: dict[str, dict[Any, list[Document]]] = {"_id": {}}
        self._indexed = 0  # documents in the tables: the first so many of the store

    def index(self, field: str) -> None:
        """Find by equality on ``field`` without a scan, from now on."""
        if "." not in field:
            self._tables.setdefault(field, {})
            self.changed()

    def changed(self) -> None:
        """Documents were changed or removed: the tables are rebuilt when they are next needed.

        Inserts need not say so: they go to the end of the store, where ``select`` sees them.
        """
        self._indexed = 0
        for table in self._tables.values():
            table.clear()

    def drop(self, session: Any = None) -> None:
        super().drop(session)  # type: ignore[no-untyped-call]  # mongomock has no types
        self._tables = {"_id": {}}
        self._indexed = 0

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
        indexed = {
            field: self._tables[field].get(equal[field], []) for field in equal if field in self._tables
        }
        if not indexed:
            return _matching(list(documents.values()), equal, rest)
        best = min(indexed, key=lambda field: len(indexed[field]))
        del equal[best]
        return _matching(indexed[best], equal, rest)

    def projector(self, projection: Document) -> Projector | None:
        """A function that applies the projection to a stored document; None if there is none."""
        if not projection:
            return None
        if all((value is True or value == 1) and "." not in field for field, value in projection.items()):
            wanted = projection.keys() | {"_id"}
            return lambda document: {field: document[field] for field in document if field in wanted}
        owner: Any = self
        return lambda document: owner._copy_only_fields(document, dict(projection), dict)

    def _iter_documents(self, filter: Document) -> Iterator[Document]:
        # mongomock asks here when it updates, deletes and looks after unique indexes. It gets no use of the
        # tables, which do not know of the change that it is in the middle of.
        return iter(_matching(list(self._store._documents.values()), *_split(filter)))


def in_order(documents: list[Document], order: Document) -> list[Document]:
    """The documents sorted by fields, each up (1) or down (-1), the first counting most."""
    for field, direction in reversed(order.items()):
        if direction not in (1, -1) or field.startswith("$"):
            raise OperationFailure(f"cannot sort by {field}: {direction}", 2)
        kinds = {type(document.get(field)) for document in documents}
        same = kinds <= {int, float, Int64} or kinds == {str}  # Python's order is MongoDB's
        key = itemgetter(field) if same else partial(_sort_key, field)
        documents = sorted(documents, key=key, reverse=direction == -1)
    return documents


def _key(value: Any) -> Any:
    """Index key of a scalar: in MongoDB 1 == 1.0, True != 1, and NaN equals NaN."""
    if value is True or value is False:
        return (bool, value)
    return (float, "NaN") if type(value) is float and isnan(value) else value


def _keys(value: Any) -> Iterable[Any]:
    """Index keys of a field's value: its own, or those of a list's elements; None for a missing field."""
    if type(value) is list:
        return {_key(element) for element in value if type(element) in _SCALARS}
    return (_key(value),) if type(value) in _SCALARS else ()


def _split(query: Document) -> tuple[dict[str, Any], Document]:
    """A filter's plain equalities as keys by field, and the rest, which mongomock evaluates."""
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


def _matching(documents: list[Document], equal: dict[str, Any], rest: Document) -> list[Document]:
    for field, key in equal.items():
        documents = [document for document in documents if key in _keys(document.get(field))]
    return [document for document in documents if _filter_applies(rest, document)] if rest else documents
