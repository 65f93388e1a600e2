"""The work that is measured: one file each. A new file with a Workload in it is found by itself."""
