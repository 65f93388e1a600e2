"""Odd places to run in, each a case: variables, folders, file systems, limits, users, namespaces, streams.

``python -m tests.places`` tries them all and prints a table; CI runs those of ``case.Case.ci``.
"""
