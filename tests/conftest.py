"""Options of the tests."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--interrupts", type=int, default=16, help="how many runs tests/faults interrupts at random moments"
    )
