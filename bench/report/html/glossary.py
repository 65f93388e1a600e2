"""Words that are explained where they first stand on a page."""

import re

from bench.findings.text.glossary import GLOSSARY
from bench.report.html.svg import Markup, tag

PATTERN = re.compile(
    "|".join(rf"(?P<w{i}>(?<![\w-])(?:{term.pattern})(?![\w-]))" for i, term in enumerate(GLOSSARY))
)


class Explainer:
    """Makes markup of a page's texts, in their order: the first of each word of the glossary leads to its
    meaning, and shows it to who points at it."""

    def __init__(self) -> None:
        self._left = dict(enumerate(GLOSSARY))

    def __call__(self, text: str) -> Markup:
        """The text, escaped, with its new words marked."""
        parts: list[str] = []
        end = 0
        for found in PATTERN.finditer(text):
            term = self._left.pop(int((found.lastgroup or "w")[1:]), None)
            if term:
                link = tag("a", found[0], class_="word", href=f"#word-{term.slug}", title=term.meaning)
                parts += [Markup.escape(text[end : found.start()]), link]
                end = found.end()
        return Markup("").join([*parts, Markup.escape(text[end:])])
