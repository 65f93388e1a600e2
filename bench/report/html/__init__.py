"""The HTML report: one self-contained file, or one for each build and an overview."""
