"""The site as files that any web server or object store can publish. Every file is what the application answers.

- `places`: which addresses are published, and the file of each
- `links`: links of a page, made relative to its file
- `crawl`: asks the application for everything, page by page
- `folder`: the folder to write, whole or not at all
- `rules`: negotiation and redirects for nginx and Apache, and what to read first
- `accept`: negotiation by regular expressions, for those rules
- `site`: all of it
"""
