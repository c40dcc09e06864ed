"""The nouns of GCM Graph.

- `terms`: RDF terms, triples and quads
"""
