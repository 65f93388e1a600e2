"""Figures to statements: the answers of studies, claims with their verdicts, readers' questions, prose.

Takes a ``Summary`` of ``analysis``, gives ``Findings``. Imported by ``report``, ``api`` and ``cli``.
"""
