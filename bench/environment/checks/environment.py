"""Variables of the environment that slow or tune what is measured, and what becomes of them."""

import os
from collections.abc import Collection, Mapping

from bench.core.run import Finding
from bench.core.variables import left_in, taken_out
from bench.core.wording import listed
from bench.environment.checks import Check, Scene


def look(scene: Scene) -> list[Finding]:
    return [judge(os.environ, scene.keep_env)]


def judge(environment: Mapping[str, str], keep_env: Collection[str] = ()) -> Finding:
    """Never poor: what is set is taken out, and what is left is a choice, of which the report has a note."""
    out, left = taken_out(environment, keep_env), list(left_in(environment, keep_env))
    said = []
    if out:
        said.append(f"{listed(out)} set, but removed from measured processes (--keep-env NAME keeps one)")
    if left:
        said.append(f"{listed(left)} set, and kept in measured processes")
    return Finding("environment", "good", "; ".join(said) or "no variable slows or tunes Python")


CHECK = Check("environment", 75, look, quick=True)
