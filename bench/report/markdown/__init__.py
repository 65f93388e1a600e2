"""Comparisons as GitHub's Markdown."""
