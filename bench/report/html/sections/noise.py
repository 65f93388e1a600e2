"""The noise floor: cells measured twice under two names."""

from collections.abc import Sequence

from bench.analysis.summary import Noise, Summary
from bench.report.html.charts import strip
from bench.report.html.charts.scale import around
from bench.report.html.svg import Markup

WIDTH = 220


def noise(builds: Sequence[Summary]) -> list[tuple[str, Noise, Markup]]:
    """Each cell that was measured twice, with its build and a strip on the axis of all; the band on it is the
    threshold."""
    threshold = builds[0].run.plan.threshold
    arms = [(build.python.name, arm) for build in builds for arm in build.noise]
    ends = [end for _, arm in arms for end in (arm.ratio.low, arm.ratio.high)]
    scale = strip.strip_scale(around(ends, least=1 / (1 + 2 * threshold), most=1 + 2 * threshold), WIDTH)
    return [
        (name, arm, strip.draw(arm.runner, arm.ratio, scale, band=threshold, decided=arm.ratio.sure))
        for name, arm in arms
    ]
