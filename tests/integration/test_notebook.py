"""What a real notebook kernel is given to show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

SAMPLE = Path(__file__).parents[2] / "reports" / "sample"
PATIENCE_S = 120
NAP = '''
import bench
import asyncio
import time
from dataclasses import dataclass

@dataclass(frozen=True)
class Nap(bench.Workload):
    """Sleep."""
    seconds: float = bench.param(0.005, "of sleep")
    name = family = "nap"
    bound = "io"
    flavours = frozenset({"sync", "asyncio"})

    @property
    def wait(self):
        return self.seconds

    def task(self, session, i):
        time.sleep(self.seconds)

    async def task_async(self, session, i):
        await asyncio.sleep(self.seconds)

    def check(self, result, i):
        return i
'''
SMALL = "workloads=Nap(seconds=0.006), runners=['sync', 'asyncio'], tasks=8, blocks=2"

Shown = dict[str, str]  # by MIME type
Cell = Callable[[str], Shown]


@pytest.fixture(scope="module")
def cell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cell]:
    """Runs a notebook's cell; what its last line is shown as."""
    manager = pytest.importorskip("jupyter_client.manager", reason="ipykernel is not installed")
    pytest.importorskip("ipykernel", reason="it is not installed")
    kernel, client = manager.start_new_kernel(cwd=str(tmp_path_factory.mktemp("notebook")))

    def run(code: str) -> Shown:
        shown: list[Shown] = []

        def keep(message: dict[str, Any]) -> None:
            if message["msg_type"] in ("execute_result", "display_data"):
                shown.append(message["content"]["data"])

        reply = client.execute_interactive(code, output_hook=keep, timeout=PATIENCE_S)["content"]
        if reply["status"] == "error":
            return {"error": f"{reply['ename']}: {reply['evalue']}"}
        return shown[-1] if shown else {}

    assert run(f"import bench\nsaved = bench.load({str(SAMPLE)!r})") == {}
    yield run
    client.stop_channels()
    kernel.shutdown_kernel(now=True)


def test_a_saved_run_shows_its_headline(cell: Cell) -> None:
    shown = cell("saved")
    assert "Computing in Python" in shown["text/html"]
    assert "<table>" in shown["text/html"]
    assert shown["text/plain"].startswith("<bench run ")


@pytest.mark.parametrize(
    ("name", "words"),
    [("summary", "▲ faster"), ("claims", "✓ supported"), ("compared", "Speed of B relative to A")],
)
def test_its_tables_read_as_in_the_report(cell: Cell, name: str, words: str) -> None:
    assert words in cell(f"saved.{name}")["text/html"]


def test_a_figure_is_a_picture(cell: Cell) -> None:
    shown = cell("saved.figure('turns')")
    assert shown["text/html"].count('<img src="data:image/svg+xml;base64,') == 5
    assert shown["image/svg+xml"].startswith("<svg ")


def test_a_figure_that_is_not_there(cell: Cell) -> None:
    assert cell("saved.figure('nothing')")["error"].startswith(
        "UserError: Unknown figure 'nothing': there are"
    )


def test_a_class_of_a_cell_can_be_measured_there(cell: Cell) -> None:
    assert cell(NAP) == {}
    shown = cell(f"bench.run({SMALL})")
    assert "Waiting, 16 at once" in shown.get("text/html", ""), shown
