"""Inputs of the user's function: read from a file, taken in turn, each with a result of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.core.digest import digest
from bench.core.errors import WrongResult
from bench.core.inputs import read_inputs
from bench.core.user_function import Compared, Own
from bench.core.workload import Env
from bench.execution.user_function_probe import calls_of_look, group_of, too_long
from bench.planning.sizing import whole_rounds


def written(folder: Path, text: str) -> Path:
    (folder / "inputs").write_text(text)
    return folder / "inputs"


def test_a_line_is_a_list_or_named_arguments(tmp_path: Path) -> None:
    assert read_inputs(written(tmp_path, '[1, "a"]\n\n{"n": 2}\n')) == [[1, "a"], {"n": 2}]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it has 0 lines: give from 1 to 1,000"),
        ("[1]\n" * 1001, "it has 1,001 lines"),
        ("[1]\n3\n", r"line 2 is neither a list nor an object: write \[3\] for one argument"),
        ("[1\n", "line 1 is not JSON"),
    ],
)
def test_what_is_no_such_file_says_why(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_inputs(written(tmp_path, text))


@pytest.mark.parametrize("group", [1, 4])
def test_calls_take_them_in_turn_and_a_task_has_the_result_of_its_last(tmp_path: Path, group: int) -> None:
    path = written(tmp_path, "[-1]\n[-2]\n[-3]\n")
    answers = " ".join(digest(number) for number in (1, 2, 3))
    own = Own("builtins:abs", inputs=str(path), number=3, group=group, answer=answers)
    with own.open(Env()) as session:
        results = [own.task(session, i) for i in range(6)]
    assert set(results) == {1, 2, 3}
    assert [own.input_of(i) + 1 for i in range(6)] == results
    for i, result in enumerate(results):
        assert own.compare(result, i) == int(digest(result), 16)
    with pytest.raises(
        WrongResult, match=f"it returned 9 for input {results[1]}, which is not what it returns"
    ):
        own.compare(9, 1)


def test_within_a_process_each_input_is_compared_with_itself(tmp_path: Path) -> None:
    own = Own("m:f", inputs="some", number=2, compared=Compared.WITHIN_PROCESS)
    assert own.compare((-11, 4), 0) == own.compare((-11, 5), 1) == own.compare((-11, 4), 2) == 0
    with pytest.raises(WrongResult, match="it returned 4 for input 2"):
        own.compare((-11, 4), 3)


def test_batches_have_whole_rounds() -> None:
    own = Own("m:f", inputs="some", number=3)
    assert [whole_rounds(n, own) for n in (1, 3, 4, 16)] == [3, 3, 6, 18]
    assert [whole_rounds(n, own, most=n) for n in (1, 3, 4, 16)] == [3, 3, 3, 15]
    assert whole_rounds(16, Own("m:f")) == 16


def test_a_group_of_short_calls_ends_with_each_input_in_turn() -> None:
    assert group_of(1e-6, 0) == 512
    assert group_of(1e-6, 0, inputs=3) % 3 == 1
    assert group_of(1e-3, 0, inputs=3) == 1


def test_the_first_look_sees_all_of_them_more_than_once_and_refuses_rounds_that_are_too_long() -> None:
    assert calls_of_look(Own("m:f", number=200)) >= 3 * 200
    assert calls_of_look(Own("m:f")) == 200
    assert too_long(Own("m:f", number=3), 4.0) == ""
    assert "takes 40 s for its 10 inputs" in too_long(Own("m:f", number=10), 4.0)


def test_other_ends_of_lines_may_be_within_a_text(tmp_path: Path) -> None:
    file = tmp_path / "inputs.jsonl"
    file.write_text('["a\u2028b"]\n["c"]\n', encoding="utf-8")
    assert read_inputs(file) == [["a\u2028b"], ["c"]]
