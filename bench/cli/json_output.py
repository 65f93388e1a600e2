"""``--json``: one document on standard output, and nothing else there."""

import click

from bench.cli.output import print_text
from bench.report.documents import encoded

json_option = click.option(
    "--json", is_flag=True, help="Print one JSON document; progress goes to standard error."
)


def print_document(document: object) -> None:
    """Print it, for a program to read."""
    print_text(encoded(document))
