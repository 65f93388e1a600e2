"""Loading a file as a module."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.core.code_loading import find


def test_threads_that_load_the_same_file_wait_until_it_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "slow_to_load.py").write_text("import time\ntime.sleep(0.05)\ndef f(): return 7\n")
    with ThreadPoolExecutor(8) as executor:
        found = list(executor.map(find, [f"{tmp_path / 'slow_to_load.py'}:f"] * 8))
    assert {each() for each in found} == {7}
    assert len({id(each) for each in found}) == 1
