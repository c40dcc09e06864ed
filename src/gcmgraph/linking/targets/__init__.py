"""Datasets to link with: files and SPARQL endpoints, and their entities.

- `endpoint`: names and codes from a SPARQL endpoint: page by page, with pauses, going on where it broke off
- `entities`: things with their codes and names, from RDF: what proposals and checks of links look at
- `own_entities`: our things with their codes and names, from a store
- `reader`: A dataset to link with or to check against: RDF or CSV as a file, or a SPARQL endpoint
"""
