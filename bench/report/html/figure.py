"""A figure of a run by itself: its pictures as SVG that carry their own style, for notebooks and files."""

import base64
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from bench.findings.answer import Picture
from bench.findings.collect import Findings
from bench.report.compared import of_pairs
from bench.report.html.page import joined
from bench.report.html.sections.compared import section
from bench.report.html.sections.comparison import comparison
from bench.report.html.sections.study import chart
from bench.report.html.style import dress, style_sheet
from bench.report.html.svg import Markup, tag

STYLES = "tokens models charts studies figure"
MARGIN = 12  # pixels
TEXTS = {"title": (40, 18), "see": (50, 16)}  # of a picture: letters and pixels of a line
BOX = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')


@dataclass(frozen=True)
class Drawing:
    """A picture with its title and what to see in it."""

    title: str
    see: str
    drawn: Markup  # SVG

    @property
    def size(self) -> tuple[float, float]:
        """Its width and height, in pixels."""
        found = BOX.search(self.drawn)
        assert found, "every chart has a box"
        return float(found[1]), float(found[2])


@dataclass(frozen=True)
class Figure:
    """A figure of a run, its sentences and pictures, which a notebook shows."""

    name: str
    title: str
    sentences: Sequence[str]
    panels: Sequence[Drawing]
    css: str

    @property
    def svg(self) -> str:
        """All pictures, one above the other, as one SVG document."""
        return standalone(self.panels, self.css)

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_html_(self) -> str:
        said = [tag("p", tag("b", self.title))] + [tag("p", sentence) for sentence in self.sentences]
        return str(tag("div", *said, *(self._image(panel) for panel in self.panels)))

    def _image(self, panel: Drawing) -> Markup:
        """As an image: no style of it reaches the notebook, and none of the notebook's reaches it."""
        data = base64.b64encode(standalone([panel], self.css).encode()).decode()
        said = f"{panel.title}: {panel.see}"
        width = panel.size[0] + 2 * MARGIN
        return tag("img", src=f"data:image/svg+xml;base64,{data}", alt=said, width=width)


def figures(findings: Findings) -> dict[str, Figure]:
    """The figures that a run has, by name: those of its studies, "speedup", and "compared" where it measured
    revisions or builds side by side. Of several builds each has its own pictures."""
    dress([runner.name for runner in findings.run.plan.runners])
    css = f"{style_sheet()}\n{joined(STYLES, 'css')}"
    found: dict[str, Figure] = {}

    def add(name: str, title: str, build: str, sentences: Sequence[str], panels: Sequence[Drawing]) -> None:
        of = f" ({build})" if findings.several and build else ""
        more = [Drawing(f"{panel.title}{of}", panel.see, panel.drawn) for panel in panels]
        before = found.get(name, Figure(name, title, [], [], css))
        said = [*before.sentences, *(f"{build}: {each}" if of else each for each in sentences)]
        if panels:
            found[name] = Figure(name, title, said, [*before.panels, *more], css)

    for build in findings.builds:
        for each in build.answered:
            pictures = _panels(each.answer.pictures)
            add(each.study.name, each.study.title, build.name, each.answer.sentences[:1], pictures)
        plots = [Drawing(plot.title, plot.see, plot.chart) for plot in comparison(build.summary)]
        add("speedup", "Speed-up over sync", build.name, [], plots)
    if compared := of_pairs(findings.run, findings.run.plan.threshold).compared:
        answered = section(compared)
        add(
            "compared", answered.study.title, "", answered.answer.sentences, _panels(answered.answer.pictures)
        )
    return found


def standalone(panels: Sequence[Drawing], css: str) -> str:
    """The pictures as an SVG document with that style, which follows the system's theme."""
    top, drawn = float(MARGIN), []
    for panel in panels:
        for name, (letters, line) in TEXTS.items():
            for text in textwrap.wrap(getattr(panel, name), letters):
                top += line
                drawn.append(tag("text", text, class_=name, x=MARGIN, y=top))
        top += MARGIN
        width, height = panel.size
        place = f'<svg x="{MARGIN}" y="{top:g}" width="{width:g}" height="{height:g}" '
        drawn.append(Markup(str(panel.drawn).replace("<svg ", place, 1)))
        top += height + 2 * MARGIN
    wide = max((panel.size[0] for panel in panels), default=0) + 2 * MARGIN
    document = tag(
        "svg",
        tag("style", css),
        tag("rect", class_="ground", width=wide, height=top),
        *drawn,
        xmlns="http://www.w3.org/2000/svg",
        width=wide,
        height=top,
        viewBox=f"0 0 {wide:g} {top:g}",
    )
    return str(document)


def _panels(pictures: Sequence[Picture]) -> list[Drawing]:
    return [Drawing(picture.title, picture.see, chart(picture)) for picture in pictures]
