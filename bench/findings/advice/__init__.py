"""What a run found out about a function of the user, and what follows from it."""
