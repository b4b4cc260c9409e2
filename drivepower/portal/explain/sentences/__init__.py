"""Sentences: pure functions from facts to moments, in the language in force."""
