"""What each section of the report shows, worked out from the summary; the templates only place it."""
