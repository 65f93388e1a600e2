"""Digests of results, which tell whether two are alike."""

import pickle
import zlib
from typing import Any

MOST_COPIES = 5


def digest(result: Any) -> str:
    """A result as a few hexadecimal digits; "" where it cannot be pickled, and so not compared."""
    return digest_and_size(result)[0]


def digest_and_size(result: Any) -> tuple[str, int]:
    """The digest, and the bytes of the pickle that it is made of: that of a copy of a copy, until copying
    changes it no more, as it does with arrays that are parts of others; of a set, in order."""
    try:
        if isinstance(result, set | frozenset):
            result = sorted(pickle.dumps(each, 5) for each in result)
        pickled = pickle.dumps(result, 5)
        for _ in range(MOST_COPIES):
            before, pickled = pickled, pickle.dumps(pickle.loads(pickled), 5)
            if before == pickled:
                break
    except Exception:
        return "", 0
    return f"{zlib.crc32(pickled):08x}", len(pickled)
