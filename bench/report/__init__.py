"""What a reader sees: the terminal's summary and the HTML report."""
