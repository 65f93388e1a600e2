"""Workloads with the parameters that the options set."""

import dataclasses
import math
from collections.abc import Iterable, Mapping, Sequence

from bench.core.cell import Scalar
from bench.core.errors import UserError
from bench.core.registry import unknown
from bench.core.workload import Workload


def parse_params(texts: Iterable[str], kinds: Sequence[type[Workload]]) -> dict[str, str]:
    """``name=value`` texts by name. Raises UserError for a name that no chosen workload has."""
    known = {field.name for kind in kinds for field in kind.parameters()}
    params = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise UserError(f"-p {text!r} sets nothing: write it as name=value, for instance -p delay=0.05.")
        if name not in known:
            if not known:
                raise UserError(f"-p {text!r}: no chosen workload has parameters.")
            raise unknown("parameter", name, known)
        params[name] = value
    return params


def build(kind: type[Workload], params: Mapping[str, str]) -> Workload:
    """The workload with those of the parameters that it has. Raises UserError for a bad value."""
    given = [field for field in kind.parameters() if field.name in params]
    return kind(**{field.name: _parse_value(kind, field, params[field.name]) for field in given})


def _parse_value(kind: type[Workload], field: dataclasses.Field[Scalar], text: str) -> Scalar:
    """A parameter's value, of its default's type and within its bounds."""
    wanted: type[int] | type[float] | type[str] = type(field.default)  # type: ignore[assignment]  # a Scalar
    try:
        value = wanted(text)
    except ValueError:
        noun = {int: "a whole number", float: "a number"}.get(wanted, wanted.__name__)
        raise UserError(f"-p {field.name}={text}: {field.name} of {kind.label()} is {noun}.") from None
    least, most = field.metadata.get("minimum", -math.inf), field.metadata.get("maximum", math.inf)
    if isinstance(value, int | float) and not (least <= value <= most and math.isfinite(value)):
        bounds = f"between {least:g} and {most:g}" if math.isfinite(most) else f"at least {least:g}"
        raise UserError(f"-p {field.name}={text}: {field.name} of {kind.label()} must be {bounds}.")
    return value
