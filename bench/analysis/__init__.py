"""Observations to figures: pure functions on a data frame, which know nothing of processes or of prose.

Takes the ``Run`` that ``storage`` reads, gives ``Summary``. Imported by ``findings`` and all above it.
"""
