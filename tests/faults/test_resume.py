"""A run that ended early goes on: whatever kind it is of, and only on what measured the rest."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bench.core.cell import Cell
from bench.core.demo import DEMOS
from bench.core.errors import UserError
from bench.core.observation import Failure, Observation
from bench.core.run import Run
from bench.execution.resume import resume_run
from bench.execution.run import closing_services, measure_run, supervised
from bench.execution.services.process import Services
from bench.execution.services.starters import starters
from bench.execution.session import Quiet
from bench.planning.options import Options
from bench.storage.run_folder import PLAN, load_run
from tests.faults.run_process import require_complete
from tests.integration import own_functions
from tests.mongods import installed_mongod
from tests.pythons import need

NULL = Options(workloads=("null",), runners=("sync",), concurrency=(2,), tasks=4, blocks=2)


class Impatient(Quiet):
    """Interrupts after so many results."""

    def __init__(self, after: int) -> None:
        self.left = after

    def measured(self, cell: Cell, record: Observation | Failure) -> None:
        self.left -= 1
        if not self.left:
            raise KeyboardInterrupt


class Listening(Quiet):
    """Keeps what is tried and measured."""

    def __init__(self) -> None:
        self.tried: list[str] = []
        self.seen: list[str] = []

    def trying(self, label: str) -> None:
        self.tried.append(label)

    def measured(self, cell: Cell, record: Observation | Failure) -> None:
        self.seen.append(cell.key)


def begun(options: Options, where: Path, after: int = 2) -> Path:
    """A run that was interrupted after so many results."""
    measured = measure_run(Options(**{**vars(options), "out": str(where)}), Impatient(after))
    folder = Path(measured.folder)
    run = load_run(folder)
    assert run == measured
    assert (run.plan.status, len(run.results)) == ("interrupted", after)
    return folder


@pytest.fixture(scope="module")
def first_half(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return begun(NULL, tmp_path_factory.mktemp("begun"))


@pytest.fixture
def half(first_half: Path, tmp_path: Path) -> Path:
    """A copy of a run that was interrupted after its first block."""
    return shutil.copytree(first_half, tmp_path / first_half.name)


def goes_on(folder: Path, **options: Any) -> Listening:
    before = load_run(folder)
    watcher = Listening()
    assert Path(resume_run(folder, Options(**options), watcher).folder) == folder
    run = require_complete(folder)
    assert not run.failures
    assert run.observations[: len(before.observations)] == before.observations
    assert len(watcher.seen) == len(run.results) - len(before.results)
    return watcher


def test_only_what_is_missing_is_measured_and_nothing_is_tried_again(tmp_path: Path) -> None:
    folder = begun(NULL, tmp_path, after=3)
    plan = load_run(folder).plan
    watcher = goes_on(folder)
    assert not watcher.tried
    after = load_run(folder).plan
    assert (after.cells, after.seed, after.blocks) == (plan.cells, plan.seed, plan.blocks)


def test_a_failure_that_was_recorded_stays_one(half: Path) -> None:
    folder = half
    key = load_run(folder).plan.cells[0].key
    failed = {"failure": {"block": 1, "key": key, "stage": "batch", "reason": "it broke"}}
    with open(folder / "observations.jsonl", "a") as lines:
        lines.write(json.dumps(failed) + "\n")
    resume_run(folder, Options(), Quiet())
    assert [each.reason for each in require_complete(folder).failures] == ["it broke"]


@pytest.mark.full
def test_a_run_can_be_interrupted_again_and_again(tmp_path: Path) -> None:
    folder = begun(NULL, tmp_path, after=1)
    for results in (2, 4):
        resume_run(folder, Options(), Impatient(results - len(load_run(folder).results)))
        run = load_run(folder)
        assert (run.plan.status, len(run.results)) == ("interrupted", results)
    goes_on(folder)
    assert len(load_run(folder).plan.resumed) == 3


def test_a_block_that_was_begun_is_ended_whatever_the_budget_and_no_other_is_begun(tmp_path: Path) -> None:
    folder = begun(Options(**{**vars(NULL), "blocks": 9, "budget_s": 0.5}), tmp_path, after=1)
    resume_run(folder, Options(), Quiet())
    run = load_run(folder)
    assert run.plan.status == "done"
    assert [seen.block for seen in run.observations] == [0] * len(run.plan.cells)


@pytest.mark.full
def test_a_thorough_run_looks_at_its_precision_as_if_it_had_not_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bench.execution.session.THOROUGH_MIN_BLOCKS", 2)
    monkeypatch.setattr("bench.execution.session.THOROUGH_CHECKS_EVERY", 1)
    folder = begun(Options(**{**vars(NULL), "blocks": 9, "mode": "thorough"}), tmp_path, after=3)
    looked: list[int] = []

    def settled(run: Run) -> set[str]:
        looked.append(len(run.observations))
        return set(run.plan.cell) if len(run.observations) >= 6 else set()

    resume_run(folder, Options(), Quiet(), settled)
    run = load_run(folder)
    assert (run.plan.status, looked) == ("done", [4, 6])
    assert len(run.observations) == 6


@pytest.mark.full
def test_advice_goes_on(tmp_path: Path) -> None:
    asked = Options(
        function=f"{own_functions.__file__}:computes",
        max_calls=1000,
        runners=("sync",),
        concurrency=(2,),
        blocks=1,
    )
    goes_on(begun(asked, tmp_path))


@pytest.mark.full
def test_advice_does_not_go_on_once_the_function_was_edited(tmp_path: Path) -> None:
    file = tmp_path / "edited.py"
    file.write_text("def work():\n    return sum(range(200_000))\n")
    asked = Options(function=f"{file}:work", max_calls=1000, runners=("sync",), concurrency=(2,), blocks=2)
    folder = begun(asked, tmp_path / "out")
    kept = file.read_text()
    file.write_text(kept.replace("200_000", "100_000"))
    with pytest.raises(UserError, match=r"the code of edited\.work was changed"):
        resume_run(folder, Options(), Quiet())
    file.write_text(kept)
    goes_on(folder)


@pytest.mark.full
def test_a_study_goes_on(tmp_path: Path) -> None:
    asked = Options(
        studies=("sweep",), workloads=("null",), runners=("asyncio",), concurrency=(1, 4), blocks=2
    )
    goes_on(begun(asked, tmp_path))


@pytest.mark.full
def test_several_builds_go_on(tmp_path: Path) -> None:
    pythons = (need("3.14"), need("3.13t"))
    folder = begun(Options(**{**vars(NULL), "pythons": pythons, "blocks": 1}), tmp_path)
    goes_on(folder)
    assert len(load_run(folder).plan.interpreters) >= 3


def test_demos_that_were_seen_are_not_played_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    two = [demo for demo in DEMOS.all if demo.name in ("count", "tasks")]
    monkeypatch.setattr(DEMOS, "all", two)
    asked = Options(**{**vars(NULL), "everything": True, "mode": "quick", "out": str(tmp_path), "blocks": 1})

    class InTheSecond(Listening):
        def trying(self, label: str) -> None:
            if "the demo tasks" in label:
                raise KeyboardInterrupt

    folder = Path(measure_run(asked, InTheSecond()).folder)
    assert [outcome.demo for outcome in load_run(folder).demos] == ["count"]
    watcher = goes_on(folder)
    assert watcher.tried == ["the demo tasks under asyncio"]
    assert [outcome.demo for outcome in load_run(folder).demos] == ["count", "tasks"]


@pytest.fixture(scope="module")
def binary() -> str:
    return installed_mongod()


MONGO = Options(workloads=("mongo[pymongo]",), runners=("sync",), tasks=2, blocks=2)


@pytest.mark.full
def test_a_local_mongod_is_started_again_as_it_was(tmp_path: Path, binary: str) -> None:
    folder = begun(Options(**{**vars(MONGO), "mongod": "installed"}), tmp_path)
    goes_on(folder)
    assert "delayed by 20 ms with a fail point" in load_run(folder).plan.services["mongo"]


@pytest.mark.full
def test_a_server_of_the_users_must_be_named_again(tmp_path: Path, binary: str) -> None:
    with supervised() as (watchdog, _):
        server = Services(starters(watchdog, mongo_uri=None, mongod=binary, delay=0.0))
        with closing_services(server, Quiet()):
            uri = str(server.addresses(("mongo",))["mongo"]["uri"])
            folder = begun(Options(**{**vars(MONGO), "mongo_uri": uri, "command": "as typed"}), tmp_path)
            assert uri not in (folder / PLAN).read_text()
            with pytest.raises(UserError, match="give its URI again, with --mongo-uri"):
                resume_run(folder, Options(), Quiet())
            assert load_run(folder).plan.status == "interrupted"
            goes_on(folder, mongo_uri=uri)


Change = Callable[[dict[str, Any]], None]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda plan: plan["machine"].update(processor="another"), "the processor was another and is "),
        (lambda plan: plan["machine"].update(cores=99), "the cores was 99 and is "),
        (lambda plan: plan["machine"].update(processor_id="ARM 1/2/3"), "the processor id was ARM 1/2/3 and is "),
        (lambda plan: plan["versions"].update(bench="0.0.1"), "the version of bench was 0.0.1 and is "),
        (lambda plan: plan["interpreters"][0].update(build="otherwise"), "'s build was otherwise and is "),
        (lambda plan: plan["interpreters"][0]["packages"].update(httpx="0.1"), "'s package httpx was 0.1 and is"),
        (lambda plan: plan["interpreters"][0]["packages"].update(gone="1"), "'s package gone was 1 and is absent"),
        (lambda plan: plan.update(environment={"PYTHONASYNCIODEBUG": "1"}), "the variable PYTHONASYNCIODEBUG was 1 and is absent"),
        (lambda plan: plan.update(environment={"PYTHON_TLBC": "0"}), "the variable PYTHON_TLBC was 0 and is absent"),
        (lambda plan: plan["interpreters"][0].update(executable="/no/python"), "there is no such file"),
        (lambda plan: plan["interpreters"][0]["environment"].update(REVISION="x"), "was measured with REVISION"),
        (lambda plan: [cell["spec"].update(target="no.such:Thing") for cell in plan["cells"] if cell["study"] != "calibration"], "null cannot be loaded"),
    ],
)  # fmt: skip
def test_what_differs_is_named_and_nothing_is_touched(half: Path, change: Change, words: str) -> None:
    folder = half
    raw = json.loads((folder / PLAN).read_text())
    kept = json.dumps(raw)
    change(raw)
    if "cannot be loaded" in words:
        (folder / "observations.jsonl").write_text("")  # the keys of the cells are others now
        raw["expected_s"] = {}
    (folder / PLAN).write_text(json.dumps(raw))
    before = (folder / PLAN).read_text(), (folder / "observations.jsonl").read_text()
    with pytest.raises(UserError, match=words):
        resume_run(folder, Options(), Quiet())
    assert ((folder / PLAN).read_text(), (folder / "observations.jsonl").read_text()) == before
    if "cannot be loaded" not in words:
        (folder / PLAN).write_text(kept)
        goes_on(folder)


def test_a_run_goes_on_with_the_variables_that_it_kept(half: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = json.loads((half / PLAN).read_text())
    raw["environment"]["PYTHONASYNCIODEBUG"] = "1"
    (half / PLAN).write_text(json.dumps(raw))
    monkeypatch.setenv("PYTHONASYNCIODEBUG", "2")
    with pytest.raises(UserError, match=r"the variable PYTHONASYNCIODEBUG was 1 and is 2"):
        resume_run(half, Options(), Quiet())
    monkeypatch.setenv("PYTHONASYNCIODEBUG", "1")
    monkeypatch.setenv("PYTHONTRACEMALLOC", "1")  # taken out now as it would have been then
    goes_on(half)


def test_a_run_that_was_saved_without_its_variables_goes_on(half: Path) -> None:
    raw = json.loads((half / PLAN).read_text())
    del raw["environment"]
    (half / PLAN).write_text(json.dumps(raw))
    goes_on(half)


def test_a_server_that_has_nothing_to_do_with_the_run_is_refused(half: Path) -> None:
    with pytest.raises(UserError, match=r"--mongo-uri: .* did not use a MongoDB of yours; leave it out"):
        resume_run(half, Options(mongo_uri="mongodb://127.0.0.1:9"), Quiet())
