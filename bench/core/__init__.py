"""The shared vocabulary: records that cross processes, errors, and the bases of workloads, runners and demos.

Everything may import it; it imports the standard library alone, for measured interpreters load it, too.
"""
