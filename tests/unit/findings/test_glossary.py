"""The words of the method: each has a meaning, and the page explains each where it first stands."""

from __future__ import annotations

import re

import pytest

from bench.findings.text.glossary import GLOSSARY, Term
from bench.report.html.glossary import Explainer
from tests.made_up_page import HOSTILE

EXPLAINED = (
    *("block", "cell", "client", "in flight", "effective cores", "null task", "noise floor", "GIL", "limit"),
    *("speed-up", "interval", "void", "study", "event loop", "plain loop", "switch interval"),
)


def test_what_a_learner_does_not_know_is_in_it() -> None:
    words = [term.word for term in GLOSSARY]
    assert set(EXPLAINED) <= set(words)
    assert len({term.slug for term in GLOSSARY}) == len(words)


@pytest.mark.parametrize("term", GLOSSARY, ids=lambda term: term.word)
def test_a_meaning_is_a_short_sentence_and_its_word_is_found(term: Term) -> None:
    assert len(term.meaning) < 150
    assert term.meaning[0].isupper()
    assert term.meaning.endswith(".")
    for word in term.word.split(", "):
        assert re.fullmatch(term.pattern, word)


def test_a_word_is_explained_where_it_first_stands_and_there_alone() -> None:
    explain = Explainer()
    first = explain("Each block has 16 in flight; a block is a pass.")
    assert first.count("<a ") == 2
    assert '<a class="word" href="#word-block" title="One pass over' in first
    assert explain("Blocks, and tasks at once") == "Blocks, and tasks at once"


def test_parts_of_other_words_are_left_alone() -> None:
    text = "blocking unlimited cell-phones GILbert http[client-x]"
    assert Explainer()(text) == text


def test_a_longer_term_is_not_taken_for_the_word_within_it() -> None:
    explain = Explainer()
    assert 'href="#word-switch-interval"' in explain("the switch interval")
    assert 'href="#word-interval"' in explain("95 % interval")


def test_texts_of_a_run_stay_text() -> None:
    made = Explainer()(f"{HOSTILE} block {HOSTILE}")
    assert "<img" not in made
    assert made.count("&lt;img") == 2
