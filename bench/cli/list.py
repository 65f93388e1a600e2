"""``python -m bench list``: what there is, and what is missing for each."""

from __future__ import annotations


def command() -> None:
    """List workloads with their parameters, runners, studies, services, and what each lacks here."""
    from rich.table import Table

    from bench.catalog import absent_modules, all_runners, all_studies, all_workloads
    from bench.cli.options import mongo_of
    from bench.cli.output import make_console
    from bench.machine import this_interpreter
    from bench.services.starters import without_credentials

    console = make_console()
    table = Table("workload", "what one task does", "runs under", "parameters", box=None, pad_edge=False)
    for kind in all_workloads():
        able = [runner.name for runner in all_runners() if runner.flavour in kind.flavours]
        absent = absent_modules(kind)
        params = [f"{field.name}={field.default}" for field in kind.parameters()]
        summary = (kind.__doc__ or "").strip().splitlines()[0]
        lacks = f" Not available: pip install {' '.join(absent)}." if absent else ""
        table.add_row(kind.label().replace("[", r"\["), summary + lacks, ", ".join(able), "\n".join(params))
    console.print(table)

    table = Table("runner", "who does the work", "here", box=None, pad_edge=False)
    for runner in all_runners():
        reason = runner.available()
        table.add_row(runner.name, runner.summary, f"not available: {reason}" if reason else "available")
    console.print()
    console.print(table)

    table = Table("study", "what it answers", box=None, pad_edge=False)
    for study in all_studies():
        table.add_row(study.name, study.question)
    console.print()
    console.print(table)

    python = this_interpreter()
    uri = mongo_of(None, None)["mongo_uri"]
    console.print(
        f"\nInterpreter: {python.implementation} {python.version}, GIL {'on' if python.gil else 'off'}"
    )
    console.print("HTTP server: embedded")
    where = (
        without_credentials(uri) if uri else "embedded (simulated); --mongo-uri or --mongod for a real one"
    )
    console.print(f"MongoDB: {where}", soft_wrap=True)
