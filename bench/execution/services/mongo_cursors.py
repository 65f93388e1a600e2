"""Cursors of the embedded MongoDB: what a query found, handed out in batches."""

from dataclasses import dataclass

import bson
from bson import Int64
from pymongo.errors import OperationFailure

from bench.execution.services.mongo_collection import Document, Projector
from bench.execution.services.mongo_wire import MAX_BSON

MAX_CURSORS = 10_000  # then the oldest is dropped: clients die without closing theirs


@dataclass
class Cursor:
    """The documents that a query found, handed out in batches."""

    namespace: str
    documents: list[Document]
    project: Projector | None
    position: int = 0

    @property
    def exhausted(self) -> bool:
        return self.position >= len(self.documents)

    def take(self, size: int) -> list[Document]:
        """The next ``size`` documents, or as many as fit into 16 MB, as a server does."""
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


class Cursors:
    """Open cursors, by number."""

    def __init__(self) -> None:
        self._open: dict[int, Cursor] = {}
        self._last = 0

    def first(self, cursor: Cursor, size: int, single: bool) -> Document:
        """The first batch; the cursor is kept if it has more, unless a single one was asked for."""
        batch = cursor.take(size)
        number = 0
        if not cursor.exhausted and not single:
            # The documents may be a table's own list, which an insert makes longer.
            cursor.documents = list(cursor.documents)
            number = self._last = self._last + 1
            self._open[number] = cursor
            if len(self._open) > MAX_CURSORS:
                del self._open[next(iter(self._open))]
        return {"cursor": {"firstBatch": batch, "id": Int64(number), "ns": cursor.namespace}}

    def more(self, number: int, namespace: str, size: int) -> Document:
        """The next batch, or with size 0 all that is left; the cursor goes with its last document."""
        cursor = self._open.get(number)
        if cursor is None or cursor.namespace != namespace:
            raise OperationFailure(f"cursor id {number} not found", 43)
        batch = cursor.take(size or len(cursor.documents))
        if cursor.exhausted:
            del self._open[number]
            number = 0
        return {"cursor": {"nextBatch": batch, "id": Int64(number), "ns": cursor.namespace}}

    def kill(self, numbers: list[int]) -> Document:
        """Close cursors."""
        killed = [number for number in numbers if self._open.pop(number, None)]
        unknown = [number for number in numbers if number not in killed]
        return {"cursorsKilled": killed, "cursorsNotFound": unknown, "cursorsAlive": [], "cursorsUnknown": []}
