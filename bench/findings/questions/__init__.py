"""The reader's questions: files by subject, an entry each. A new entry is found by itself."""
