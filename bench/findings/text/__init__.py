"""Sentences made of figures: the only place, beside ``report``, with prose."""
