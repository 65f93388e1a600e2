"""How each model looks: a colour, named by a CSS class (see ``assets/models.css``), and a shape, so that
nobody has to tell colours apart."""

from __future__ import annotations

from dataclasses import dataclass

from bench.report.html.svg import Markup, tag


@dataclass(frozen=True)
class Look:
    """A model's CSS class and the path of its marker, within -6 .. 6."""

    css: str
    path: str


LOOKS = {
    "sync": Look("m-sync", "M-4.4-4.4H4.4V4.4H-4.4z"),
    "threading": Look("m-threading", "M0-5.6L5.4 4H-5.4z"),
    "multiprocessing": Look("m-multiprocessing", "M-2-5.4H2V-2H5.4V2H2V5.4H-2V2H-5.4V-2H-2z"),
    "asyncio": Look("m-asyncio", "M0-5a5 5 0 1 1 0 10a5 5 0 1 1 0-10z"),
    "interpreters": Look("m-interpreters", "M0 5.6L5.4-4H-5.4z"),
    "asyncio-uvloop": Look("m-asyncio-uvloop", "M0-6L5.4 0L0 6L-5.4 0z"),
    "asyncio-to-thread": Look("m-asyncio-to-thread", "M0-5.6L5.4-1.7L3.3 4.6H-3.3L-5.4-1.7z"),
    "processes-asyncio": Look("m-processes-asyncio", "M-2.8-4.9H2.8L5.6 0L2.8 4.9H-2.8L-5.6 0z"),
    "trio": Look("m-trio", "M5.6 0L-4 5.4V-5.4z"),
    "gevent": Look("m-gevent", "M-5.6 0L4-5.4V5.4z"),
    "dask": Look("m-dask", "M0-6L1.7-1.7L6 0L1.7 1.7L0 6L-1.7 1.7L-6 0L-1.7-1.7z"),
}
OTHER = Look("m-other", "M-5.4-2.6H5.4V2.6H-5.4z")


def look(runner: str) -> Look:
    """How a model looks; one that is not known here gets the fallback."""
    return LOOKS.get(runner, OTHER)


def colour_of(runner: str | None) -> str:
    """The CSS class of its colour; what is no model's, such as a limit, has a neutral one."""
    return look(runner).css if runner else "neutral"


def order(runner: str) -> tuple[int, str]:
    """The baseline first, then the models in the order above, then the others by name."""
    names = list(LOOKS)
    return (names.index(runner) if runner in names else len(names), runner)


def marker(runner: str) -> Markup:
    """The model's mark, to stand before its name. It says nothing that the name does not say."""
    shape = tag("path", class_="mark", d=look(runner).path)
    return tag("svg", shape, class_=f"marker {look(runner).css}", viewBox="-7 -7 14 14", aria_hidden="true")
