"""Interpreters that could be measured."""

from bench.core.run import Finding
from bench.environment.checks import Check, Scene
from bench.environment.discovery import installed


def look(scene: Scene) -> list[Finding]:
    own = scene.host.python.name if scene.host else None
    return [judge(own, [name for name, _ in installed()])]


def judge(own: str | None, names: list[str]) -> Finding:
    """Never poor: one is enough."""
    this = f"this is {own}; " if own else ""
    return Finding("interpreters", "good", f"{this}--python finds {', '.join(names) or 'no other'}")


CHECK = Check("interpreters", 100, look)
