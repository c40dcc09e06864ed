"""Contributions: form, template, validation, submission and review."""
