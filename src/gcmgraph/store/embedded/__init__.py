"""Embedded engine (pyoxigraph).

- `store`: store in memory or on disk, and as it would be after a change
- `bulk_load`: loading of canonical N-Quads by the engine's own parser
"""
