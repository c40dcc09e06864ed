"""Checks beside SHACL, of what no shape can express (`docs/validation.md`).

- `duplicates`: resources that are published already, and published values that a contribution contradicts
- `resources`: addresses of this graph: whether they exist, their classes, and whether they are still named
- `rules`: shapes and terms of the ontology that a contribution is validated against
- `subject`: a contribution, as the checks read it
- `terms`: properties and classes
- `texts`: directional controls, and names of resources of another kind
"""
