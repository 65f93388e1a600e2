"""``python -m bench``, and the command ``bench-concurrency``, which does the same."""

import os
import signal
import sys

INTERRUPTED = 130


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


def main() -> None:
    """The command line."""
    if sys.platform == "win32":  # said first: what follows needs signals that Windows lacks
        sys.exit("bench: Windows is not supported: run it under Linux, macOS or WSL.")
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:  # as in a job in the background
        signal.signal(signal.SIGINT, end_at_once)
    open_what_is_closed()
    try:
        from bench.cli.app import run  # after the interrupt has its handler: it takes a while

        run()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    finally:
        for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(ending, signal.SIG_IGN)  # all is complete: nothing is left to interrupt
        # CPython, started with -m, dies of SIGINT in the end if an interrupt ever came out of a string being
        # run, as dataclasses do, caught or not; running another makes it forget.
        exec("")


if __name__ == "__main__":
    main()
