"""Options that are refused, and why."""

from __future__ import annotations

import pytest

from bench.core.errors import UserError
from bench.planning.keywords import options_of
from bench.planning.options import Options, command_of


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("PYTHONASYNCIODEBUG=1", r"--keep-env 'PYTHONASYNCIODEBUG=1' is not a variable's name: write it as "),
        ("OMP_*", r"--keep-env 'OMP_\*' is not a variable's name"),
        ("", "--keep-env '' is not a variable's name"),
        ("MY_OWN", "--keep-env MY_OWN: measured processes keep it anyway; leave the option out"),
        ("PYTHON_GIL", "--keep-env PYTHON_GIL: measured processes keep it anyway"),
        ("PYTHONTRACEMALLOC", "--keep-env PYTHONTRACEMALLOC: it is not set; set it, or leave the option out"),
    ],
)
def test_what_cannot_be_kept_is_refused(name: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONTRACEMALLOC", raising=False)
    with pytest.raises(UserError, match=words):
        Options(keep_env=(name,)).checked()


def test_what_is_set_may_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONASYNCIODEBUG", "1")
    options = options_of({"keep_env": "PYTHONASYNCIODEBUG"})
    assert options.checked().keep_env == ("PYTHONASYNCIODEBUG",)
    assert command_of(options) == "python -m bench run --keep-env PYTHONASYNCIODEBUG"
