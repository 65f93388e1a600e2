"""How to make the run again."""

from __future__ import annotations

from bench.core.records import Plan


def command(plan: Plan) -> str:
    """The command with its seed, so that the blocks have the same order; "" where it was not recorded."""
    if not plan.command or "--seed" in plan.command:
        return plan.command
    return f"{plan.command} --seed {plan.seed}"
