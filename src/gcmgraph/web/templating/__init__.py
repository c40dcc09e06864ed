"""Jinja: terms in templates, and the names that every template may use.

- `page`: labels, links and values of terms
- `globals`: names that every template may use: language of the request, gettext, links that keep the language; cache of
  compiled templates
"""
