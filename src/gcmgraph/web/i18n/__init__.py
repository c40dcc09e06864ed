"""Languages of the interface: messages of a request, names in a language, formats of values.

- `languages`: the languages of the interface, and the language of a request
- `catalogs`: messages of the interface by language, from gettext catalogs
- `names`: names of kinds, pages, origins, facets and external terms, translated when they are displayed
- `formatting`: numbers and dates in the conventions of a language (CLDR, by Babel)
"""
