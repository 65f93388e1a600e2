"""The console of the commands: plain encodings, pipes."""

from __future__ import annotations

import io

from bench.cli.output import PLAIN, make_console
from bench.report.signs import CLAIM_SIGNS, FITNESS_SIGNS, SIGNS


def printed(text: str, encoding: str) -> str:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    make_console(stream).out(text)
    stream.seek(0)
    return stream.read()


def test_the_marks_of_verdicts_stay_apart_in_ascii() -> None:
    for signs in (SIGNS.values(), CLAIM_SIGNS.values(), FITNESS_SIGNS.values()):
        glyphs = [sign.glyph for sign in signs if sign.glyph]
        marks = printed("".join(glyphs), "ascii").strip()
        assert len(set(marks)) == len(glyphs), marks


def test_an_encoding_keeps_what_it_has() -> None:
    assert printed("2 µs ▲", "latin-1") == "2 µs ^\n"
    assert printed("2 µs ▲ 中", "ascii") == "2 us ^ ?\n"


def test_what_stands_for_a_sign_is_ascii_and_as_wide() -> None:
    assert all(mark.isascii() and len(sign) == len(mark) == 1 for sign, mark in PLAIN.items())


def test_a_pipe_gets_no_trailing_blanks() -> None:
    assert printed("a  \n b \n", "utf-8") == "a\n b\n\n"
