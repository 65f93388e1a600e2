"""A real mongod, for tests that want one."""

from __future__ import annotations

import pytest

from bench.core.errors import UserError
from bench.execution.services.starters import find_mongod


def installed_mongod() -> str:
    """The binary of the extra ``mongod``, or of PATH; without one the test is skipped, and says what to do."""
    try:
        return find_mongod("installed")
    except UserError as error:
        pytest.skip(str(error))
