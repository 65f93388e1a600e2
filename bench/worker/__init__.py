"""Code that runs in the measured interpreter: standard library, one runner, one workload and its client."""
