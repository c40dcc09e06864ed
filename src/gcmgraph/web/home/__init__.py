"""Home page, sitemap, and the routes for operators.

- `operations`: /health and /metrics: status of the server, counts and durations of its requests
- `coverage`: documents, practices, countries and actions with a practice of each objective; an example
- `guides`: /guides/…: guides for officers and analysts, from `docs/`
- `routes`: / and /about: the home page; glossary, contact
- `sitemap`: /sitemap.xml and /robots.txt, for search engines (https://www.sitemaps.org/protocol.html)
"""
