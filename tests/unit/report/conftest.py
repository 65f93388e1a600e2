"""Each test draws as if no run had been drawn before it in this process."""

from __future__ import annotations

import pytest

from bench.report.html.style import dress


@pytest.fixture(autouse=True)
def undressed() -> None:
    dress([])
