"""Options that are set once: which of option, variable, file and default decides, and what is refused."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.core.errors import UserError
from bench.planning.options import RULES, Options
from bench.planning.settings import FILE, read_settings
from bench.report.documents.fitness import settings_shown
from bench.report.which import load_named

VARIABLES = {rule.key: rule.variable for rule in RULES.values() if rule.setting}


@pytest.fixture(autouse=True)
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The working directory: the top of a repository, where nothing is set."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    for variable in VARIABLES.values():
        monkeypatch.delenv(variable, raising=False)
    return tmp_path


def write(folder: Path, text: str) -> None:
    (folder / FILE).write_text(f"[project]\nname = 'x'\n\n[tool.bench]\n{text}\n")


def test_what_can_be_set_once() -> None:
    assert VARIABLES == {
        "python": "BENCH_PYTHON",
        "budget": "BENCH_BUDGET",
        "out": "BENCH_OUT",
        "threshold": "BENCH_THRESHOLD",
        "mongo-uri": "BENCH_MONGO_URI",
    }


def test_an_option_comes_before_a_variable_a_variable_before_the_file(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Options().checked().folder == Path("reports")
    write(repository, "out = 'of-file'\nbudget = 90\nthreshold = '3%'\npython = ['3.12', '3.14t']")
    of_file = Options().checked()
    assert (of_file.folder, of_file.budget_s, of_file.threshold) == (Path("of-file"), 90, 0.03)
    assert of_file.pythons == ("3.12", "3.14t")
    monkeypatch.setenv("BENCH_OUT", "of-variable")
    monkeypatch.setenv("BENCH_PYTHON", "3.13, 3.14")
    assert Options().checked().folder == Path("of-variable")
    assert Options().checked().pythons == ("3.13", "3.14")
    given = Options(out="reports", budget_s=5.0, pythons=("3.11",)).checked()
    assert (given.folder, given.budget_s, given.pythons) == (Path("reports"), 5, ("3.11",))


def test_an_empty_variable_sets_nothing(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(repository, "budget = '2m'")
    monkeypatch.setenv("BENCH_BUDGET", "")
    assert Options().checked().budget_s == 120


def test_the_saved_command_has_what_decides_what_is_measured(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(repository, "out = 'elsewhere'\nbudget = '2m'\nmongo-uri = 'mongodb://h:1'")
    monkeypatch.setenv("BENCH_PYTHON", "3.14")
    checked = Options(command="python -m bench all").checked()
    assert checked.command == "python -m bench all --budget 120s --python 3.14"
    assert checked.checked() == checked


def test_a_server_that_is_set_gives_way_to_a_binary_that_is_given(repository: Path) -> None:
    write(repository, "mongo-uri = 'mongodb://h:1'")
    found = Options().checked()
    assert (found.mongo_uri, found.mongo_uri_origin) == ("mongodb://h:1", str(repository / FILE))
    assert Options(mongod="installed").checked().mongo_uri is None
    assert not Options(mongo_uri="mongodb://other:1").checked().mongo_uri_origin


def test_the_nearest_table_of_the_repository_counts(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = repository / "packages" / "one"
    inner.mkdir(parents=True)
    (inner / FILE).write_text("[project]\nname = 'one'\n")
    write(repository, "out = 'results'\npython = ['./venv', '3.14']")
    monkeypatch.chdir(inner)
    found = Options().checked()
    assert found.folder == repository / "results"
    assert found.pythons == (str(repository / "venv"), "3.14")


def test_outside_of_a_repository_no_folder_above_is_looked_into(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(repository, "out = 'of-someone'")
    (repository / "mine").mkdir()
    monkeypatch.chdir(repository / "mine")
    assert Options().checked().folder == repository / "of-someone"
    (repository / ".git").rmdir()
    assert Options().checked().folder == Path("reports")


@pytest.mark.skipif(os.geteuid() != 0, reason="files can be given away by root alone")
def test_above_the_working_directory_no_file_of_another_user_counts(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(repository, "out = 'of-someone'")
    os.chown(repository / FILE, 65534, 65534)
    (repository / "mine").mkdir()
    monkeypatch.chdir(repository / "mine")
    assert Options().checked().folder == Path("reports")


def test_tables_of_another_tool_of_that_name_are_left_alone(repository: Path) -> None:
    write(repository, "[tool.bench.dev-dependencies]\nresponses = '==0.18.0'")
    assert Options().checked().folder == Path("reports")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("budgett = '2m'", "[tool.bench] in {file}: Unknown key 'budgett': did you mean budget"),
        ("budget_s = 5", "Unknown key 'budget_s': did you mean budget"),
        ("out = 3", "{file}: out = 3 is impossible: it must be a string"),
        ("out = ''", "{file}: out is empty"),
        ("out = ['a']", "out = ['a'] is impossible: it must be a string"),
        ("python = 3.14", "python = 3.14 is impossible: it must be a list of strings"),
        ("python = ['3.14', 3.13]", "python = 3.13 is impossible: it must be a list of strings"),
        ("budget = true", "budget = True is impossible: it must be a number or a string"),
        ("budget = 'soon'", "{file}: --budget 'soon' is not a time: write it as 90s, 10m or 1h"),
        ("threshold = 7", "--threshold '7': write 7%, or a share such as 0.05"),
        ("threshold = '200%'", "{file}: threshold=2.0: it must be a number between 0.001 and 1"),
        ("budget = ", "{file} is not valid TOML"),
    ],
)
def test_a_mistake_in_the_file_is_a_sentence(repository: Path, text: str, words: str) -> None:
    write(repository, text)
    with pytest.raises(UserError) as told:
        Options().checked()
    assert words.format(file=repository / FILE) in str(told.value)
    assert "\n" not in str(told.value)


def test_a_table_that_is_none_and_a_file_that_is_no_text(repository: Path) -> None:
    for content in (b"[tool]\nbench = 3\n", b"\xff\xfe", b"x = " + b"[" * 100_000):
        (repository / FILE).write_bytes(content)
        with pytest.raises(UserError, match=FILE):
            Options().checked()


def test_a_mistake_in_a_variable_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, value in (("BENCH_BUDGET", "soon"), ("BENCH_THRESHOLD", "5"), ("BENCH_PYTHON", "3.14,")):
        with monkeypatch.context() as patch:
            patch.setenv(variable, value)
            with pytest.raises(UserError, match=f"^{variable}: "):
                Options().checked()


def test_each_value_is_shown_with_where_it_is_from(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(repository, "budget = '2m'\nout = 'results'")
    monkeypatch.setenv("BENCH_MONGO_URI", "mongodb://me:hunter2@127.0.0.1:9/")
    found = settings_shown(Options(out="here"), read_settings(RULES))
    shown = {each.name: (each.value, each.origin) for each in found}
    assert shown == {
        "python": (None, "default"),
        "budget": ("120s", str(repository / FILE)),
        "out": ("here", "option"),
        "threshold": (None, "default"),
        "mongo-uri": ("mongodb://127.0.0.1:9", "BENCH_MONGO_URI"),
    }


def test_the_last_run_is_looked_for_where_runs_are_made(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(repository, "out = 'results'")
    with pytest.raises(UserError, match="results/latest is not a run"):
        load_named(None)
