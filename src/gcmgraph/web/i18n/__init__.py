"""Languages of the interface: messages of a request, names in a language, formats of values.

- `catalogs`: messages of the interface in the language of the request
- `facet_names`: how the interface names what lists are narrowed and ordered by; translated when shown
- `formatting`: values without a language as people write them: numbers in groups, dates with names of months (CLDR,
  by Babel)
- `languages`: language of a request, and texts chosen by it
- `names`: names that the interface gives to kinds of things, origins of statements, and terms of others
"""
