"""The nouns of GCM Graph.

- `kinds`: kinds of resources and their classes
- `terms`: RDF terms, triples and quads
"""
