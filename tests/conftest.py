"""Options of the tests."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--interrupts", type=int, default=100, help="how many runs tests/faults interrupts at random moments"
    )
    parser.addoption(
        "--files",
        type=int,
        default=10_000,
        help="spoiled run folders that are read (tests/faults/test_hostile_files.py)",
    )
    parser.addoption("--files-from", type=int, default=0, help="the first seed of them")
