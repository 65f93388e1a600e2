"""The run folder: written as it is measured, read and validated afterwards.

Takes and gives the records of ``core``. Imported by ``execution``, ``report``, ``api`` and ``cli``.
"""
