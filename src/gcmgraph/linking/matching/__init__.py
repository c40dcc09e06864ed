"""Matching of names: forms, candidates, indexes.

- `candidates`: find which known thing a name means: candidates with scores from 0 to 100, and which of them is safe
  to take
- `extended_names`: names that people shorten to that of another thing: Congo for either of two countries, Guinea for
  Guinea-Bissau
- `index`: names in memory, to be matched
- `names`: names in forms in which they can be compared: case, accents, articles, punctuation and word order set aside
"""
