"""Prepared results of named queries.

- `cache`: prepared results of a version
- `worker`: process that prepares the results of a published version
"""
