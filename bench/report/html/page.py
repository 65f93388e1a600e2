"""A page that is one file: templates, style sheet and scripts put together, under a strict policy."""

import base64
import hashlib
import re
from pathlib import Path
from typing import Any

from jinja2 import BytecodeCache, Environment, FunctionLoader, StrictUndefined
from jinja2.bccache import Bucket

from bench.findings.text import figures
from bench.report.html.charts import spans
from bench.report.html.glossary import Explainer
from bench.report.html.style import look, marker, shapes, style_sheet
from bench.report.html.svg import Markup
from bench.report.signs import CLAIM_SIGNS, sign

HERE = Path(__file__).parent
STYLES = (
    "tokens models base header hero matrix charts studies timeline tables ledger builds facts quote print"
)
EARLY_SCRIPT = "theme-early"
SCRIPTS = """
    theme nav fold scroll table tables save csv clipboard copy picture quote play
    timeline-lanes timeline-draw timeline-hands timeline
"""


class Compiled(BytecodeCache):
    """Templates that were compiled, kept while the process lives: each page has an environment of its own."""

    def __init__(self) -> None:
        self.known: dict[str, Bucket] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        known = self.known.get(bucket.key)
        if known and known.checksum == bucket.checksum:
            bucket.code = known.code

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.known[bucket.key] = bucket


COMPILED = Compiled()


def build(template: str, styles: str = "", scripts: str = "", **context: Any) -> str:
    """The page of a template, with style sheets and scripts of its own beside the common ones. Whatever is in
    the context is escaped where it is shown."""
    environment = Environment(
        loader=FunctionLoader(lambda name: source(f"templates/{name}")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        bytecode_cache=COMPILED,
    )
    style = Markup(f"{style_sheet()}\n{joined(f'{STYLES} {styles}', 'css')}")
    early, late = joined(EARLY_SCRIPT, "js"), joined(f"{SCRIPTS} {scripts}", "js")
    environment.globals.update(style=style, early=early, late=late, policy=policy(style, early, late))
    environment.globals.update(figures=figures, look=look, marker=marker, shapes=shapes, spans=spans)
    environment.globals.update(sign=sign, claim_signs=CLAIM_SIGNS)
    environment.filters["explained"] = Explainer()
    page = environment.get_template(template).render(context)
    return page.encode("utf-8", "replace").decode()  # halves of surrogate pairs, out of odd file names


def source(name: str) -> str:
    """A file that the page is made of, without the indentation of its lines, a tenth of a page."""
    return re.sub(r"(?m)^[ ]+", "", (HERE / name).read_text(encoding="utf-8"))


def joined(names: str, suffix: str) -> Markup:
    """The assets of those names, one after the other."""
    return Markup("\n".join(source(f"assets/{name}.{suffix}") for name in names.split()))


def policy(style: str, *scripts: str) -> str:
    """The Content-Security-Policy: this style sheet, these scripts, and nothing from anywhere."""
    allowed = " ".join(digest(script) for script in scripts)
    return (
        f"default-src 'none'; script-src {allowed}; style-src {digest(style)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def digest(text: str) -> str:
    """The source expression that allows exactly this text."""
    value = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{value}'"
