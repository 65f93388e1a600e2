"""``python -m bench all``: every workload under every core runner, then the report."""

from __future__ import annotations

from bench.cli import run
from bench.cli.options import Blocks, Budget, Mongod, MongoUri, Out, Quick, Seed, Thorough, Threshold


def command(
    quick: Quick = False,
    thorough: Thorough = False,
    blocks: Blocks = None,
    budget: Budget = None,
    seed: Seed = None,
    out: Out = "reports",
    threshold: Threshold = 0.05,
    mongo_uri: MongoUri = None,
    mongod: Mongod = None,
) -> None:
    """Measure every workload under every core model, and write the report."""
    run.command(
        quick=quick,
        thorough=thorough,
        blocks=blocks,
        budget=budget,
        seed=seed,
        out=out,
        threshold=threshold,
        mongo_uri=mongo_uri,
        mongod=mongod,
    )
