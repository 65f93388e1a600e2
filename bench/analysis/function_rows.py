"""The rows of a user function, with the way in which a model is sent the calls as a part of its name."""

import pandas as pd

from bench.analysis.curves import CurvePoint
from bench.analysis.summary import Summary


def function_rows(summary: Summary) -> pd.DataFrame:
    """Observations of the study of functions. ``runner`` is "multiprocessing in chunks" or "multiprocessing,
    arguments sent" for what is not one task at a time with the arguments that the worker holds; ``model`` is
    the name alone."""
    rows = summary.of("advice")
    if rows.empty:
        return rows
    names = rows["runner"].astype(str)
    for option, ending in (("chunk", " in chunks"), ("sent", ", arguments sent")):
        if option in rows:
            names = names.where(rows[option].isna(), names + ending)
    return rows.assign(runner=names, model=rows["runner"])


def model_of(point: CurvePoint) -> str:
    return str(point.curve.rows["model"].iloc[0])


def chunk_of(point: CurvePoint) -> int:
    """Tasks that are sent together."""
    rows = point.curve.rows
    chunk = rows["chunk"].iloc[0] if "chunk" in rows else None
    return int(chunk) if pd.notna(chunk) else 1


def is_sent(point: CurvePoint) -> bool:
    """Whether the arguments are sent with each call."""
    rows = point.curve.rows
    return "sent" in rows and bool(pd.notna(rows["sent"].iloc[0]))
