"""The ledger of claims: files by subject, an entry each. A new entry is found by itself."""
