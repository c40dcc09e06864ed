"""Languages of the interface: messages of a request, names in a language, formats of values.

- `languages`: the language of a request: texts chosen by it, messages, numbers and dates
- `names`: names of kinds, pages, origins, facets and external terms, translated when they are displayed
"""
