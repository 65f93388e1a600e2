"""Data that threads share, with real processes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bench.analysis.summary import summarize
from bench.core.observation import Failure, Observation
from bench.findings.studies import shared_data
from bench.storage.run_folder import load_run
from tests.integration.command import bench
from workloads.shared_data import STRUCTURES, WHOSE, SharedData

Observe = Callable[..., Observation]


@pytest.mark.parametrize("structure", STRUCTURES)
def test_own_and_shared_data_give_the_same_digest_under_every_model(observe: Observe, structure: str) -> None:
    digests = {
        observe(SharedData(structure, data, 5_000), runner, concurrency=3, n=30).digest
        for data in WHOSE
        for runner in ("sync", "threading", "multiprocessing")
    }
    assert len(digests) == 1


def test_a_structure_that_is_not_there_is_a_failure(fail: Callable[..., Failure]) -> None:
    failure = fail(SharedData("heap"), "sync")
    assert failure.stage == "start"
    assert "structure is one of counter" in failure.reason


@pytest.mark.full
def test_one_block_gives_an_answer(tmp_path: Path) -> None:
    done = bench("run", "--study", "shared-data", "--blocks", "1", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    run = load_run(tmp_path / "reports" / "latest")
    assert not run.failures
    answer = shared_data.answer(summarize(run))
    assert answer is not None
    assert {row[0].partition(",")[0] for row in answer.table.rows} == set(STRUCTURES)
    assert answer.sentences[0].endswith("(indicative: 1 block).")
    assert all(word in done.stdout for word in ("Shared data", "Sharing costs", "only read"))
    page = (tmp_path / "reports" / "latest" / "report.html").read_text(encoding="utf-8")
    assert 'id="shared-data"' in page
