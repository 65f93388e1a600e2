"""A plan to observations: one fresh process for each cell, with services, watchdog and interrupts around it.

Takes a ``Plan``, writes a run folder. Imported by ``api`` and ``cli``; knows nothing of statistics.
"""
