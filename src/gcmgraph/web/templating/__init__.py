"""Jinja: compiled templates, and the names that every template may use.

- `bytecode_cache`: templates compiled once for all processes, beside the compiled modules of this package
- `page`: labels, links and values of terms
- `globals`: names that every template may use: language of the request, gettext, links that keep the language
"""
