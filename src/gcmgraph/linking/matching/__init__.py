"""Matching of names.

- `candidates`: candidates for a name, with scores
- `extended_names`: names that people shorten to another name
- `index`: index of names in memory
- `names`: forms of names for comparison
- `readings`: other readings of a text
"""
