"""Measure answers: cases -> records of a run -> scores -> a table, for this system and for a plain baseline."""
