"""Completion, as bash asks for it: commands, options, names, files."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import BashComplete

from bench.cli.app import COMMAND, app
from bench.core.runner import RUNNERS
from bench.report.exports import EXPORTS

ROOT = Path(__file__).parents[2]


def completed(*words: str) -> list[tuple[str, str]]:
    """What the last word may become, each with its type."""
    complete = BashComplete(app, {}, COMMAND, "_BENCH_CONCURRENCY_COMPLETE")
    return [(each.type, each.value) for each in complete.get_completions(list(words[:-1]), words[-1])]


def test_names_are_completed() -> None:
    assert completed("ad") == [("plain", "advise")]
    assert ("plain", "--threshold") in completed("run", "--thr")
    assert completed("run", "-w", "http[a") == [("plain", "http[aiohttp]")]
    assert [name for _, name in completed("sweep", "-r", "")] == sorted(RUNNERS.names())
    assert completed("run", "--study", "lat") == [("plain", "latency")]
    assert completed("all", "--client", "mot") == []
    assert completed("run", "--client", "mot") == [("plain", "motor")]
    assert [name for _, name in completed("export", "--format", "")] == sorted(EXPORTS.names())
    assert completed("demo", "cha") == [("plain", "chain")]
    assert completed("demo", "chain", "--model", "th") == [("plain", "threading")]
    assert completed("list", "cpu-na") == [("plain", "cpu-native")]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (("advise", "src/mo"), "file"),
        (("run", "-w", "src/mo"), "file"),
        (("run", "--python", "./v"), "file"),
        (("all", "--out", "re"), "dir"),
        (("run", "--resume", "re"), "dir"),
        (("report", "re"), "dir"),
        (("compare", "re"), "file"),
        (("compare", "reports/A", "re"), "dir"),
    ],
)
def test_files_and_folders_are_left_to_the_shell(words: tuple[str, ...], kind: str) -> None:
    assert completed(*words) == [(kind, words[-1])]


def test_bash_completes_the_command(tmp_path: Path) -> None:
    if not (bash := shutil.which("bash")):
        pytest.skip("no bash here")
    command = tmp_path / COMMAND
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); sys.argv[0] = sys.argv.pop(1)"
    command.write_text(
        f"#!/bin/sh\nexec {sys.executable} -c '{code.replace(chr(39), chr(34))}\n"
        'from bench.__main__ import main; main()\' "$0" "$@"\n'
    )
    command.chmod(0o755)
    script = f"""
        PATH={tmp_path}:$PATH
        eval "$(_BENCH_CONCURRENCY_COMPLETE=bash_source {COMMAND})"
        COMP_WORDS=({COMMAND} run -r thr) COMP_CWORD=3
        _bench_concurrency_completion {COMMAND}
        echo "${{COMPREPLY[@]}}"
        complete -p {COMMAND}
    """
    ran = subprocess.run([bash, "--norc", "-c", script], capture_output=True, text=True, check=False)
    assert ran.stdout.splitlines() == [
        "threading threads-asyncio",
        f"complete -o nosort -F _bench_concurrency_completion {COMMAND}",
    ], ran.stderr
