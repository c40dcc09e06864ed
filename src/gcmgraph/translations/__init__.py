"""Texts by language: languages, their order of preference, and gettext catalogs.

- `catalogs`: catalogs, `{language}/LC_MESSAGES/{domain}.po`
- `languages`: languages of the interface and of other texts, and the order in which a text is chosen
- `messages`: messages outside the interface, in all languages at once
"""
