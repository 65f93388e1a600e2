"""A run in other tools' formats: one file each."""
