"""Claims about work that blocks: files, SQLite and child processes."""

from functools import partial

from bench.findings.claim import Judgement, claim, judged, speed_within, within
from bench.findings.evidence import Evidence

subject = partial(claim, place=35, where="speedup")


@subject(
    "async-files",
    "Async file libraries make file reads faster",
    condition="files in the page cache, read and hashed in a coroutine, 16 tasks in flight",
    test="file[aiofiles] against file[open], both under asyncio, paired: interval above 1.05",
    measure="python -m bench run -w file",
)
def async_files(evidence: Evidence) -> Judgement:
    ratio = evidence.ratio("tasks_per_s", ("file[aiofiles]", "asyncio"), ("file[open]", "asyncio"))
    what = "under asyncio, aiofiles read at {} the speed of open()"
    return judged(within(what, ratio, least=1.05, unit="x"))


@subject(
    "async-sqlite",
    "aiosqlite makes SQLite concurrent",
    condition="a few indexed reads and a write in one file, a connection for each of 16 tasks in flight",
    test="asyncio speed-up of sqlite[aiosqlite] over a plain loop with sqlite3: interval above 1.05",
    measure="python -m bench run -w sqlite",
)
def async_sqlite(evidence: Evidence) -> Judgement:
    return judged(speed_within(evidence, "sqlite[aiosqlite]", "asyncio", 1.05))


@subject(
    "async-subprocesses",
    "Child processes are faster to run from asyncio than from threads",
    condition="short child processes, 16 tasks in flight",
    test="subprocess under asyncio against threading, paired: interval above 1.05",
    measure="python -m bench run -w subprocess",
)
def async_subprocesses(evidence: Evidence) -> Judgement:
    ratio = evidence.ratio("tasks_per_s", ("subprocess", "asyncio"), ("subprocess", "threading"))
    what = "asyncio ran child processes at {} the speed of threading"
    return judged(within(what, ratio, least=1.05, unit="x"))
