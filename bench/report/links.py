"""The pages of a run (one for all of its builds, where there are several one for each), of comparisons, and
on applications."""

import re
from collections.abc import Sequence
from pathlib import PurePath

REPORT = "report.html"
COMPARISON = "compare.html"
APPLICATIONS = "service-*.html"


def pages(names: Sequence[str]) -> dict[str, str]:
    """The file of each build's page. Whatever a name holds, the file lies beside the report."""
    found: dict[str, str] = {}
    for name in names:
        plain = re.sub(r"[^A-Za-z0-9.]+", "-", name).strip("-.")[:60] or "build"
        file = f"report-{plain}.html"
        found[name] = file if file not in found.values() else f"report-{plain}-{len(found) + 1}.html"
    return found


def application_page(target: str) -> str:
    """The file of the page on an application, for all of its runs."""
    return APPLICATIONS.replace("*", re.sub(r"[^A-Za-z0-9]+", "-", PurePath(target).name))
