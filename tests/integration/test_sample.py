"""The committed sample is readable by this version, and the texts show what it shows."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from bench.planning.blocks import results_of
from bench.storage.run_folder import load_run
from tests.integration import sample_figures

ROOT = Path(__file__).parents[2]


def test_the_texts_show_the_samples_summary() -> None:
    for file, text in sample_figures.texts_with_the_summary().items():
        assert file.read_text(encoding="utf-8") == text


def test_the_sample_is_a_whole_default_run() -> None:
    run = load_run(ROOT / "reports" / "sample")
    assert (run.plan.status, run.plan.mode, run.failures) == ("done", "default", [])
    assert len(run.observations) == results_of(run.plan)


def test_its_cells_have_the_figures_that_they_had() -> None:
    kept = pd.read_csv(sample_figures.CELLS, keep_default_na=False, na_values=[""])  # "null" is a name
    today = sample_figures.cell_figures()
    assert len(today) == len(kept)
    for column in kept:
        if pd.api.types.is_float_dtype(kept[column]):
            numbers = pd.to_numeric(today[column])
            assert list(numbers) == pytest.approx(list(kept[column]), rel=1e-5, nan_ok=True), column
        else:
            assert list(today[column].fillna("")) == list(kept[column].fillna("")), column


def test_its_claims_are_judged_as_they_were() -> None:
    kept = json.loads(sample_figures.PAGE.read_text())["claims"]
    assert kept.items() <= sample_figures.verdicts().items()


def test_its_page_shows_the_figures_that_it_showed() -> None:
    kept = json.loads(sample_figures.PAGE.read_text())["figures"]
    today = sample_figures.page_figures()
    assert sum(map(len, kept.values())) > 1000
    for section, figures in kept.items():
        gone = Counter(figures) - Counter(today.get(section, []))
        assert not gone, (
            f"no longer shown under {section!r}; `python -m {sample_figures.__name__}` accepts it"
        )
