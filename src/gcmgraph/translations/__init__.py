"""Texts by language: languages, their order of preference, and gettext catalogs.

- `languages`: languages of the interface and of other texts, and the order in which a text is chosen
- `messages`: catalogs, `{language}/LC_MESSAGES/{domain}.po`, and messages in all languages at once
"""
