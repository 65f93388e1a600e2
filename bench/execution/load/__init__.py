"""A load generator in a process of its own, and the servers that it asks."""
