"""``python -m bench``, and the command ``bench-concurrency``, which does the same."""

import os
import signal
import sys

INTERRUPTED = 130  # as bench.cli.exit_codes has it, which is not imported before an interrupt has its handler
MISTAKE = 2


def end_at_once(number: int, frame: object) -> None:
    """End without an exception, which in the midst of an import would be no way out. What measures handles
    interrupts itself, see ``bench.execution.signals``; the watchdog tidies up."""
    os._exit(INTERRUPTED)


def open_what_is_closed() -> None:
    """A standard stream that is closed (`>&-`) leads nowhere: else its number would go to the next file that
    is opened, and what is meant for the one would end in the other."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free


def mixed_in() -> list[str]:
    """Files in this package's folder that are another package's: this one has none beside its two."""
    here = os.path.dirname(os.path.abspath(__file__))
    files = {name for name in os.listdir(here) if name.endswith(".py")}
    return sorted(files - {"__init__.py", "__main__.py"})


def main() -> None:
    """The command line."""
    if others := mixed_in():  # nothing of either could be relied on
        said = "bench: another package of this name, such as frappe-bench, is mixed with this one"
        print(f"{said} ({others[0]}): use an environment of its own for each.", file=sys.stderr)
        sys.exit(MISTAKE)
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:  # as in a job in the background
        signal.signal(signal.SIGINT, end_at_once)
    open_what_is_closed()
    try:
        from bench.cli.app import run  # after the interrupt has its handler: it takes a while

        run()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    finally:
        for ending in ("SIGINT", "SIGTERM", "SIGHUP"):  # Windows has no SIGHUP
            if hasattr(signal, ending):  # all is done: nothing is left to interrupt
                signal.signal(getattr(signal, ending), signal.SIG_IGN)
        # CPython, started with -m, dies of SIGINT in the end if an interrupt ever came out of a string being
        # run, as dataclasses do, caught or not; running another makes it forget.
        exec("")


if __name__ == "__main__":
    main()
