"""Checks beside SHACL, of what no shape can express (docs/validation.md).

- `check_lists`: which checks are made of what
- `terms`: properties and classes
- `literals`: codes of languages and currencies, texts in place of addresses, languages of texts
- `names`: characters that are invisible or look like others, and names of published resources
- `resources`: addresses of this graph, their classes, what still requires them, and reasons of judgements
- `published`: what changes published resources, and circles, by the table `published.csv`
- `identifiers`: one exact identifier, one resource
- `similar_practices`: new practices that a published one resembles
- `words`: words and terms of the checks
"""
