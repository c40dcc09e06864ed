"""RDF terms.

- `terms`: RDF terms, triples and quads
"""
