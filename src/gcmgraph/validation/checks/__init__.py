"""Checks beside SHACL, of what no shape can express (`docs/validation.md`).

- `contributed`: published resources of others, judgements and names, in contributions
- `duplicates`: resources that are published already, and published values that a contribution contradicts
- `languages`: texts in another language than they are marked with
- `resources`: addresses of this graph: whether they exist, their classes, and whether they are still named
- `subject`: a contribution, as the checks read it
- `terms`: properties and classes
- `texts`: directional controls, and names of resources of another kind
- `values`: language tags, currencies, texts in place of addresses
- `vocabularies`: terms of other vocabularies
"""
