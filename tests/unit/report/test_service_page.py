"""The page of the advice on an application."""

from __future__ import annotations

from pathlib import Path

from bench.analysis.service import service_figures
from bench.report.html.service import render_service, write_service_page
from tests.made_up_service import ONE, TWO, service_run


def test_the_page_says_what_to_run_and_has_a_row_for_each_set_up() -> None:
    figures = service_figures(service_run({ONE: {1: 45, 40: 1800}, TWO: {1: 45, 40: 3600}}))
    assert figures
    page = render_service(figures)
    assert "<h1>Run it with `uvicorn shop:app --workers 2`" in page
    assert '<th scope="row">uvicorn, 1 worker</th>' in page
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page
    assert len(page) < 550_000


def test_the_index_of_the_folder_lists_it(tmp_path: Path) -> None:
    figures = service_figures(service_run({ONE: {1: 45, 40: 1800}, TWO: {1: 45, 40: 3600}}))
    assert figures
    page = write_service_page(figures, tmp_path)
    (tmp_path / "service-of-somebody.html").write_text("<title>Theirs</title>")
    index = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert f'<a href="./{page.name}">Run it with `uvicorn shop:app --workers 2`' in index
    assert "Theirs" not in index
