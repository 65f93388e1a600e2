"""Loading a file as a module."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.core.code_loading import find, loading, marked


def test_threads_that_load_the_same_file_wait_until_it_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "slow_to_load.py").write_text("import time\ntime.sleep(0.05)\ndef f(): return 7\n")
    with ThreadPoolExecutor(8) as executor:
        found = list(executor.map(find, [f"{tmp_path / 'slow_to_load.py'}:f"] * 8))
    assert {each() for each in found} == {7}
    assert len({id(each) for each in found}) == 1


def test_a_module_can_tell_that_it_is_being_loaded_to_be_measured(tmp_path: Path) -> None:
    text = "from bench.core.code_loading import loading\nwhat = loading()\n"
    for name in ("told_by_file", "told_by_name"):
        (tmp_path / f"{name}.py").write_text(text)
    file = f"{tmp_path / 'told_by_file.py'}"
    assert find(f"{file}:what") == file
    assert find("told_by_name:what", str(tmp_path)) == "told_by_name"
    with ThreadPoolExecutor(1) as executor, marked("something"):
        assert executor.submit(loading).result() == ""  # in another thread
        assert loading() == "something"
    assert loading() == ""
