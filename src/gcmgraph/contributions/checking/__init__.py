"""Validation of a contribution in a process of its own."""
