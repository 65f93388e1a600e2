"""The document of ``advise`` on an application."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.analysis.service import ServiceFigures, SetupFigures
from bench.analysis.statistics import Estimate
from bench.core.service import App, GrowthSeen, InsideSeen, ServerSetup, ServiceVoid
from bench.findings.advice.service_limits import ServiceLimit, limited
from bench.findings.text.service import service_sentences
from bench.report.documents import SCHEMA


@dataclass(frozen=True)
class ServiceDocument:
    """An application under each server that could run it."""

    app: App
    requests: Sequence[str]  # the mix: "GET /items/1"
    cores: int
    blocks: int
    seconds: float  # that measuring took
    advice: Sequence[str]  # the first sentence says what to run
    recommended: ServerSetup
    limit: ServiceLimit
    setups: Sequence[SetupFigures]  # those with the highest capacity first
    inside: Sequence[InsideSeen]  # with one request in flight, and with many
    growth: Sequence[GrowthSeen]
    leak: Estimate | None  # bytes by which memory grows with each request
    voids: Sequence[ServiceVoid]
    missing: Sequence[str]  # servers that are not installed
    varying: Sequence[str]  # requests whose answers differ from call to call
    generator_cost_s: float  # CPU seconds of the generator for a request
    generator_share: float  # of a core, at most
    schema: int = SCHEMA


def service_document(figures: ServiceFigures) -> ServiceDocument:
    """The document of these figures."""
    run = figures.run
    return ServiceDocument(
        app=run.app,
        requests=run.requests,
        cores=run.cores,
        blocks=run.blocks,
        seconds=run.seconds,
        advice=service_sentences(figures),
        recommended=figures.recommended.setup,
        limit=limited(figures).limit,
        setups=figures.setups,
        inside=run.inside,
        growth=run.growth,
        leak=figures.leak,
        voids=figures.voids,
        missing=run.missing,
        varying=run.varying,
        generator_cost_s=figures.generator_cost_s,
        generator_share=figures.generator_share,
    )
