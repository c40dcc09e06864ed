"""Matching of names.

- `candidates`: index of names in memory; candidates for a name, with scores
- `names`: names, their forms for comparison, and names that people shorten to another
- `readings`: other readings of a text
"""
