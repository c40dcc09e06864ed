"""Terms and kinds of resources.

- `kinds`: kinds of resources and their classes
- `terms`: RDF terms, triples and quads
"""
