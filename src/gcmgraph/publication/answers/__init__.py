"""Answers of named queries that are prepared ahead.

- `cache`: answers of a large version, beside its index
- `worker`: process that prepares the answers of a version that is served already
"""
