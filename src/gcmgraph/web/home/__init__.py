"""Home page, sitemap, and the routes for operators.

- `operations`: /health: is the server up, and which dataset does it serve. /metrics: what it was asked, and how fast
  it answered
- `routes`: /: the home page
- `sample_statement`: one statement with the words that prove it: what the home page shows a newcomer
- `sitemap`: /sitemap.xml and /robots.txt: which pages there are, for search engines
  (https://www.sitemaps.org/protocol.html)
"""
