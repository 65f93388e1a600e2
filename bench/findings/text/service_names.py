"""Names and figures of set-ups, in words."""

from bench.core.service import ServerSetup
from bench.findings.text.figures import counted, significant


def titled(setup: ServerSetup) -> str:
    """A set-up in words: "gunicorn gthread, 2 workers of 16 threads"."""
    workers = counted(setup.workers, "worker")
    threads = f" of {setup.threads} threads" if setup.threads else ""
    pool = f", a pool of {setup.pool}" if setup.pool else ""
    return f"{setup.server}{' ' if setup.mode else ''}{setup.mode}, {workers}{threads}{pool}"


def rate(value: float | None) -> str:
    """ "1,180/s"."""
    return f"{significant(value)}/s"
