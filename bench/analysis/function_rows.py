"""The rows of a user function, with the way in which a model is sent the calls as a part of its name."""

import pandas as pd

from bench.analysis.curves import CurvePoint
from bench.analysis.summary import Summary
from bench.core.cell import Cell

OWN_SESSION = " with a session each"
ENDINGS = {"chunk": " in chunks", "sent": ", arguments sent", "own_session": OWN_SESSION}


def function_rows(summary: Summary) -> pd.DataFrame:
    """Observations of the study of functions. ``runner`` has its ``way_of``, ``model`` the name alone."""
    rows = summary.of("advice")
    if rows.empty:
        return rows
    names = rows["runner"].astype(str)
    bound = "bound_session" in rows and bool(rows["bound_session"].iloc[0])
    for option, ending in endings(bound=bound).items():
        if option in rows:
            names = names.where(rows[option].isna(), names + ending)
    return rows.assign(runner=names, model=rows["runner"])


def way_of(cell: Cell, *, bound: bool) -> str:
    """ "multiprocessing in chunks": a model, and what differs from one task at a time with arguments, and a
    session for all threads, that the worker holds."""
    return cell.runner + "".join(text for name, text in endings(bound=bound).items() if name in cell.options)


def endings(*, bound: bool) -> dict[str, str]:
    """What a way is called by the options of its cell. ``bound``: no session works in another thread."""
    return {name: text for name, text in ENDINGS.items() if not (bound and text == OWN_SESSION)}


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
