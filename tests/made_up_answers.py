"""Studies and answers that nobody measured, for the tests of how answers are shown."""

from __future__ import annotations

from bench.analysis.statistics import Estimate
from bench.analysis.summary import Summary
from bench.findings.answer import Answer, Axis, Bar, Bars, Dot, Dots, Lines, Mark, Part, Series, Table
from bench.findings.collect import Answered
from bench.planning.study import Study
from tests.made_up_page import HOSTILE

MODELS = ("sync", "asyncio", "threading", "multiprocessing", "interpreters")
FULL_AT = (1, 400, 150, 260, 900)  # from so many tasks in flight on a model gains nothing
NAN, INFINITE = float("nan"), float("inf")


class Asks(Study):
    """A study that asks; its answer is given apart."""

    name = "scaling"
    title = "Scaling with tasks in flight"
    question = "How does throughput grow as more tasks run at once?"
    place = 40
    how = """
        One task at a time, then two,
        then ever more.
    """

    def answer(self, summary: Summary) -> Answer | None:
        return None


class Costs(Asks):
    """The study that stands in for the section of dispatch costs."""

    name = "ladder"
    title = "Cost ladder"
    question = "What does a task cost before it works?"


class Shares(Asks):
    """The study that has bars."""

    name = "shares"
    title = "Shares"
    question = "Did the threads compute?"


class HostileAsks(Asks):
    """A study whose texts are markup."""

    name = "odd"
    title = HOSTILE
    question = HOSTILE
    how = HOSTILE


def near(value: float, share: float = 0.06) -> Estimate:
    """An estimate with an interval of so much either way."""
    return Estimate(value, value * (1 - share), value * (1 + share), 0.96, 8)


def lines(name: str = "") -> Lines:
    """Throughput by tasks in flight, with a limit, a mark for each model, and two series of one model."""
    levels = [2**power for power in range(10)]
    series = [
        Series(
            model + name, [(level, near(45 * min(level, full))) for level in levels[: full + 1]], model + name
        )
        for model, full in zip(MODELS, FULL_AT, strict=True)
    ]
    series.append(
        Series(
            f"asyncio, aiohttp{name}", [(level, near(50 * min(level, 380))) for level in levels], "asyncio"
        )
    )
    series.append(Series(f"limit{name}", [(level, near(48.0 * level)) for level in (1, 2048)]))
    marks = [
        Mark(f"{model}{name} full", near(full, 0.2), model)
        for model, full in zip(MODELS[1:], FULL_AT[1:], strict=True)
    ]
    return Lines(
        title=f"http{name}",
        see="Where a line goes flat, something is full.",
        x=Axis(f"tasks in flight{name}", "count"),
        y=Axis(f"tasks per second{name}", "per s"),
        series=series,
        marks=marks,
    )


def dots(name: str = "") -> Dots:
    """Costs over seven powers of ten, in two groups."""
    rungs = {
        "a call": (3e-8, "sync"),
        "await a coroutine": (6e-8, "asyncio"),
        "an asyncio task": (4e-6, "asyncio"),
        "a new thread": (3e-5, "threading"),
        "process pool, there and back": (2e-4, "multiprocessing"),
        "a process by spawn, with a name that is far too long": (0.08, "multiprocessing"),
        "by no model": (1.2, None),
    }
    ladder = [
        Dot(rung + name, near(seconds), model, aside=f"{seconds:.2g} s", group=f"One at a time{name}")
        for rung, (seconds, model) in rungs.items()
    ]
    alone = [Dot(f"{model}{name}", near(5e-6), model, aside="5 µs", group="Many") for model in MODELS]
    return Dots(f"Time{name}", "Right is dear.", Axis(f"time for one{name}", "s"), ladder + alone)


def bars(name: str = "") -> Bars:
    """Shares of time."""
    threads = [Part("core", "on core", 0.5), Part("gil", f"GIL wait{name}", 0.5)]
    alone = [Part("core", "on core", 0.97), Part("waiting", "waiting for a core", 0.03)]
    return Bars(
        f"CPU-bound{name}",
        "What is not blue is lost.",
        [
            Bar("threading", f"cpu-python{name}", "", threads, f"2.0 / 1.00{name}"),
            Bar(f"multiprocessing{name}", f"cpu-python{name}", f"{name}", alone, "2.0 / 1.95"),
        ],
    )


def table(name: str = "", rows: int = 5) -> Table:
    """Throughput by model."""
    models = [f"{MODELS[row % len(MODELS)]}{name}" for row in range(rows)]
    lines = [(model, str(2**row % 1000), f"{45 * row:,}/s") for row, model in enumerate(models)]
    return Table((f"Model{name}" if name else "Model", "In flight", "Throughput"), lines)


def made_up_answers() -> list[Answered]:
    """Three answers: lines, dots and bars."""
    second = "Threads are full at 150."
    note = "The server was busy: measure it with more cores."
    scaling = Answer(["asyncio is full at 400 tasks in flight.", second], [lines(), lines()], table(), [note])
    ladder = Answer(["A new thread costs 1,000 calls."], [dots(), dots()], table())
    shares = Answer(["Threads waited for the GIL half of their time."], [bars()], table())
    return [Answered(Costs(), ladder), Answered(Asks(), scaling), Answered(Shares(), shares)]


def hostile_answers() -> list[Answered]:
    """An answer all of whose texts are markup."""
    pictures = [lines(HOSTILE), dots(HOSTILE), bars(HOSTILE)]
    return [Answered(HostileAsks(), Answer([HOSTILE, HOSTILE], pictures, table(HOSTILE), [HOSTILE]))]


def degenerate_lines() -> list[Lines]:
    """Pictures with next to nothing in them, or with what has no place on a logarithmic axis."""
    odd = Estimate(1.0, 0.0, INFINITE, 0.5, 2)
    unknown = [Estimate(value, value, value, 0.5, 2) for value in (NAN, INFINITE, 0.0, -1.0)]
    x, y = Axis("task", "s"), Axis("speed-up", "x")
    some = [(1e-3, near(1.0)), (NAN, near(1.0)), (INFINITE, near(2.0)), (0.0, near(2.0))]
    mixed = [*some, *((2e-3, value) for value in unknown)]
    return [
        Lines("nothing", "", x, y, []),
        Lines("no points", "", x, y, [Series("asyncio", [], "asyncio")]),
        Lines("one point", "", x, y, [Series("asyncio", [(1e-3, near(1.0))], "asyncio")]),
        Lines(
            "one level", "", x, y, [Series("limit", [(1e-3, near(2.0)), (2e-3, near(2.0))])], reference=1.0
        ),
        Lines("odd values", "", x, y, [Series("asyncio", mixed, "asyncio")], reference=INFINITE),
        Lines(
            "odd interval",
            "",
            x,
            y,
            [Series("a", [(1.0, odd)], "a")],
            [Mark("m", odd), Mark("n", unknown[0])],
        ),
        Lines(
            "not known",
            "",
            x,
            y,
            [Series("a", [(1.0, Estimate(1.0, NAN, NAN, 0.5, 2))], "a")],
            [Mark("m", Estimate(1.0, NAN, NAN, 0.5, 2))],
        ),
    ]
