"""Use from Python: ``measure`` is ``bench.run``, ``pytest_plugin`` provides a fixture to test suites.

Takes ``Options`` or functions, returns saved runs or verdicts. Imported by ``bench`` itself when used, by
``cli``, and by pytest.
"""
