"""The machine and its interpreters: discovery, what each has, and checks of fitness for benchmarking.

Imported by ``planning``, ``execution`` and ``cli``.
"""
