"""What the metadata says of the repository's address: nothing, or what BENCH_REPOSITORY gives.

A package index shows the README far from the files that it links to. Built with
``BENCH_REPOSITORY=https://github.com/OWNER/NAME``, its links lead there; without it they become plain text.
"""

import os
import re
from pathlib import Path

RELATIVE = re.compile(r"(!?)\[([^\]]*)\]\((?!https?://)([^)]+)\)")
PAGES = {"Source": "", "Changelog": "/blob/main/CHANGELOG.md", "Documentation": "/blob/main/bench/GUIDE.md"}


def far_from_its_files(text: str, repository: str) -> str:
    """The README without links to files beside it. ``repository``: an address, or empty."""

    def link(found: re.Match[str]) -> str:
        picture, said, path = found.groups()
        if repository:
            return f"{picture}[{said}]({repository}/{'raw' if picture else 'blob'}/main/{path})"
        return "" if picture else said

    return RELATIVE.sub(link, text)


if __name__ == "__main__":
    from setuptools import setup  # only what builds needs it, and only there is it installed

    repository = os.environ.get("BENCH_REPOSITORY", "").rstrip("/")
    setup(
        long_description=far_from_its_files(Path("README.md").read_text(encoding="utf-8"), repository),
        long_description_content_type="text/markdown",
        project_urls={name: repository + page for name, page in PAGES.items()} if repository else {},
    )
