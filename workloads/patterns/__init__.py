"""The demos: one construct of concurrency in each file, the same small job under every model that has it."""
