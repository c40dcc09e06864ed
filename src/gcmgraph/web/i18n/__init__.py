"""Languages of the interface: catalogs of messages, names in a language, formats of values.

- `catalogs`: what the interface says in each language: gettext catalogs
  (`translations/{tag}/LC_MESSAGES/messages.po`)
- `facet_names`: how the interface names what lists are narrowed and ordered by; translated when shown
- `formatting`: values without a language as people write them: numbers in groups, dates with names of months (CLDR,
  by Babel)
- `languages`: the languages of the interface, and which one a request wants
- `names`: names that the interface gives to kinds of things, origins of statements, and terms of others
"""
