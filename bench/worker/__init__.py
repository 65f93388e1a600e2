"""What runs inside the measured interpreter: the standard library, one runner, one workload, its client."""
