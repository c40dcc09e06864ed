"""Validation of a whole dataset: nodes with equal signatures are checked once."""
