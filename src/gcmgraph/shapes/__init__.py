"""Shapes graphs of SHACL (https://www.w3.org/TR/shacl/), read once for validation, spreadsheets and pages.

- `definitions`: node shapes and property shapes with their constraints, as frozen values
- `paths`: property paths as values
- `reader`: from quads to definitions and paths
- `texts`: texts by language
- `triples`: triples of a shapes graph by subject and property
- `vocabulary`: terms of SHACL
"""
