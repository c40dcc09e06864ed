"""Validation reports by format."""
