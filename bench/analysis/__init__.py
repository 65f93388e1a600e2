"""Pure functions from what was observed to what may be said of it."""
