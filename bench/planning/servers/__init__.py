"""The servers, a file for each."""
