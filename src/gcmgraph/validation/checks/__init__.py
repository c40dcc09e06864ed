"""Checks beside SHACL: terms, resources, duplicates.

- `checks`: what no shape can say: terms and things that do not exist, and what is published already
- `rules`: what a contribution is held against, read once and kept: shapes now, more checks beside them
"""
