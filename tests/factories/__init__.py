"""Rows that tests ask for. What a test is about has no default: it must be said."""
