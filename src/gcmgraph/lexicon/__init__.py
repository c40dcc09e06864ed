"""Words of each language by which running text is read.

- `words`: articles, adjectives of countries, words of each objective: one file a language
- `names_in_texts`: names of the reference data, found in running text
- `nationalities`: adjectives of countries, found in running text
"""
