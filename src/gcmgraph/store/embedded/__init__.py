"""Embedded engine: a store in a folder or in memory.

- `bulk_load`: canonical N-Quads into the embedded engine by its own parser, without an object for each quad
- `literal_forms`: literals in the form that the engine keeps: it knows numbers, truth values and times by what they
  are worth
- `store`: the embedded engine: pyoxigraph, in memory or on disk
"""
