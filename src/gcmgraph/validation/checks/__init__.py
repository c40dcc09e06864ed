"""Checks beside SHACL: terms, resources, duplicates."""
