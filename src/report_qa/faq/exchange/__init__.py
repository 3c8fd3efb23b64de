"""Pairs from and to files: our own layout, and those of other question-answer systems."""
