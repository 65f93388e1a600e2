"""How far two cells that are the same came apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.analysis.summary import Summary
from bench.findings.text.figures import bounds, ratio
from bench.report.html.charts import strip
from bench.report.html.charts.scale import around
from bench.report.html.svg import Markup

WIDTH = 220


@dataclass(frozen=True)
class Twins:
    """An A/A arm."""

    label: str
    ratio: str
    interval: str
    blocks: int
    strip: Markup


def noise(summary: Summary) -> Sequence[Twins]:
    """The arms, each with a strip on the same axis; the band is the threshold."""
    threshold = summary.run.plan.threshold
    ends = [end for arm in summary.noise for end in (arm.ratio.low, arm.ratio.high)]
    scale = strip.strip_scale(around(ends, least=1 / (1 + 2 * threshold), most=1 + 2 * threshold), WIDTH)
    return [
        Twins(
            label=arm.label,
            ratio=ratio(arm.ratio.median),
            interval=bounds(arm.ratio),
            blocks=arm.ratio.n,
            strip=strip.draw(
                arm.label.rpartition(", ")[2], arm.ratio, scale, band=threshold, decided=arm.ratio.sure
            ),
        )
        for arm in summary.noise
    ]
