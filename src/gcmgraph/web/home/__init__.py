"""Home page, sitemap, and the routes for operators.

- `guides`: /guides/…: guides for officers and analysts, from `docs/`
- `operations`: /health and /metrics: status of the server and counts of its requests; sitemap, for search engines
- `routes`: / and /about: the home page with the coverage of each objective; glossary, contact
"""
