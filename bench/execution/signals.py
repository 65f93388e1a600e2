"""Signal handling: when a run may be interrupted, and when the interrupt has to wait."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

ENDINGS = [  # Windows, where saved runs are read, has no SIGHUP
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


class Ending:
    """Signal handler: the first signal raises KeyboardInterrupt; the run is ending when others come."""

    came = False

    def __call__(self, number: int, frame: Any) -> None:
        if not self.came:
            self.came = True
            raise KeyboardInterrupt


@contextmanager
def terminations_interrupt() -> Iterator[None]:
    """SIGTERM and SIGHUP end a run as Ctrl-C does: in order, with what was measured. Only the first interrupt
    counts: later ones must not stop the clean-up. Within another such block this one changes nothing.

    A signal that is ignored stays so: ``nohup`` means it, and a shell that starts a job in the background.
    """
    if _ending() is not None:
        yield
        return
    with _handled_by(Ending()):
        yield


def check_interrupts() -> None:
    """Raise the KeyboardInterrupt that was lost: Python drops one that comes while an object is finalized."""
    ending = _ending()
    if ending is not None and ending.came:
        raise KeyboardInterrupt


@contextmanager
def interrupts_wait() -> Iterator[None]:
    """Delay interrupts until the block has ended: for what must not be left half done."""
    came: list[int] = []
    # Looked for among all signals: an interrupt that came while handlers were being set back left some unset.
    ending = _ending()
    try:
        with _handled_by(lambda number, frame: came.append(number)):
            yield
    finally:
        if came:
            if ending is None:
                raise KeyboardInterrupt
            ending(came[0], None)


def _ending() -> Ending | None:
    handlers = [signal.getsignal(number) for number in ENDINGS]
    return next((handler for handler in handlers if isinstance(handler, Ending)), None)


@contextmanager
def _handled_by(handler: Any) -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in ENDINGS}
    here = threading.current_thread() is threading.main_thread()  # elsewhere no signal arrives
    ours = [number for number, was in before.items() if here and was not in (signal.SIG_IGN, None)]
    for number in ours:
        signal.signal(number, handler)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, before[number])
