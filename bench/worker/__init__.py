"""Code that runs in the measured interpreter: standard library, one runner, one workload and its client.

Takes a ``Request`` on standard input, gives an ``Observation``. Started by ``execution``.
"""
