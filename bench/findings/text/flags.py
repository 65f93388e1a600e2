"""What a flag says, in words."""

from __future__ import annotations

from bench.analysis.flags import DISPATCHES_PER_TASK, TIMER_ERRORS_PER_SLEEP, Flag, FlagKind

SENTENCES = {
    FlagKind.SHORT_TASK: f"short task: {{ms}} is less than {DISPATCHES_PER_TASK} times what {{name}} adds"
    " to it ({bound_ms})",
    FlagKind.SHORT_WAIT: f"short wait: {{ms}} is less than {TIMER_ERRORS_PER_SLEEP} times the timer's error"
    " ({bound_ms})",
    FlagKind.BUSY_SERVICE: "the {name} server was busy: {value:.0%} of a core {blocks}",
    FlagKind.STALLED_SERVICE: "the {name} server stood still for up to {ms} {blocks}",
    FlagKind.IDLE_SLOTS: "{value:.0f} of {bound:.0f} requests were in flight at the {name} server {blocks}",
    FlagKind.NEW_CONNECTIONS: "{value:.0f} connections to the {name} server were opened {blocks}",
    FlagKind.OVER_LIMIT: "check: {value:.0%} of the limit",
    FlagKind.CHANGING_ANSWERS: "check: its answers changed from block to block",
}


def flag_sentence(flag: Flag) -> str:
    """A flag, to go on from the name of its cell."""
    return SENTENCES[flag.kind].format(
        name=flag.name,
        value=flag.value,
        bound=flag.bound,
        ms=_ms(flag.value),
        bound_ms=_ms(flag.bound),
        blocks=f"in {flag.blocks[0]} of {flag.blocks[1]} blocks",
    )


def _ms(seconds: float) -> str:
    return f"{seconds * 1e3:.3g} ms"
