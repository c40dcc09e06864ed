"""Embedded engine (pyoxigraph).

- `store`: store in memory or on disk
- `changed`: store as it would be after a change
- `bulk_load`: loading of canonical N-Quads by the engine's own parser
- `literal_forms`: lexical forms of literals that the engine returns
"""
