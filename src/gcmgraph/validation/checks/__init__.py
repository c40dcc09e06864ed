"""Checks beside SHACL, of what no shape can express (`docs/validation.md`).

- `literals`: codes, texts in place of addresses, languages, directional controls, and names
- `resources`: addresses of this graph, duplicates of published resources, and statements about them
- `terms`: properties and classes of the ontology, of the shapes, and of other vocabularies
"""
