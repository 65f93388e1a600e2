"""Figures against something that was varied: a line for each model, block by block."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from bench.analysis.statistics import Estimate, estimate

ByBlock = Mapping[int, Mapping[float, float]]  # block -> x -> figure


def by_block(rows: pd.DataFrame, x: str, y: str) -> ByBlock:
    """``y`` by ``x`` in each block; what is not known, or no number, is left out."""
    found: dict[int, dict[float, float]] = {}
    if x not in rows or y not in rows:
        return found
    known = [pd.to_numeric(rows[name], errors="coerce") for name in (x, y)]
    for block, at, value in zip(rows["block"], *known, strict=True):
        if pd.notna(at) and pd.notna(value):
            found.setdefault(int(block), {})[float(at)] = float(value)
    return found


def points(blocks: ByBlock) -> list[tuple[float, Estimate]]:
    """The median over the blocks at each x, with its interval."""
    values: dict[float, list[float]] = {}
    for block in blocks.values():
        for x, value in block.items():
            values.setdefault(x, []).append(value)
    return [(x, estimate(values[x])) for x in sorted(values)]


def ratios(above: ByBlock, below: ByBlock) -> list[dict[float, float]]:
    """One by the other at each x that both have, for each block that has both."""
    shared = []
    for block in sorted(set(above) & set(below)):
        one, other = above[block], below[block]
        common = {x: one[x] / other[x] for x in sorted(set(one) & set(other)) if other[x]}
        if common:
            shared.append(common)
    return shared


def medians(blocks: ByBlock) -> dict[float, float]:
    """The medians alone."""
    return {x: value.median for x, value in points(blocks)}
