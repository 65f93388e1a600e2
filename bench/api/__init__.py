"""For use from Python: ``measure`` is ``bench.run``, ``pytest_plugin`` brings a fixture to test suites.

Takes ``Options`` or functions, gives saved runs or verdicts. Imported by ``bench`` itself when it is used, by
``cli``, and by pytest.
"""
