"""Datasets to link with: files and SPARQL endpoints, and their entities.

- `endpoint`: entities of a SPARQL endpoint
- `entities`: entities with codes and names
- `own_entities`: entities of this graph
- `reader`: entities of a file or endpoint
"""
