"""Jinja: compiled templates, and the names that every template may use."""
