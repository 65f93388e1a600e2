"""Findings as HTML, terminal output, Markdown, data frames and the formats of other tools.

Takes ``Findings``, gives pages and text. Imported by ``api`` and ``cli``.
"""
