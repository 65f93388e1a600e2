"""Findings as HTML, terminal output, Markdown, data frames and the formats of other tools."""
