"""A small writer of SVG, and of any markup: everything is escaped that was not written by it."""

import math

from markupsafe import Markup, escape

__all__ = ["Markup", "tag"]


def tag(name: str, *children: str, **attributes: str | float | None) -> Markup:
    """An element. ``class_`` gives ``class``, ``stroke_width`` gives ``stroke-width``; None leaves one out.

    Raises ValueError for ``style`` and ``on...``: a strict Content-Security-Policy would drop them.
    """
    written = "".join(_attribute(key, value) for key, value in attributes.items() if value is not None)
    if not children:
        return Markup(f"<{name}{written}/>")
    return Markup(f"<{name}{written}>{''.join(map(escape, children))}</{name}>")


def _attribute(key: str, value: str | float) -> str:
    name = key.rstrip("_").replace("_", "-")
    if name == "style" or name.startswith("on"):
        raise ValueError(f"no {name} attributes: use a class")
    return f' {name}="{_number(value) if isinstance(value, int | float) else escape(value)}"'


def _number(value: float) -> str:
    """A coordinate, to a tenth of a pixel."""
    if not math.isfinite(value):
        raise ValueError(f"{value} is not a coordinate")
    return f"{round(value, 1):g}"
