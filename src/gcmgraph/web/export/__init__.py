"""Export of the site as static files, each with the response of the application.

- `export`: export of a dataset version to a folder; rules for nginx and Apache with content negotiation, and a README
- `crawl`: requests to the application for all reachable addresses; published addresses, and their files
- `folder`: the folder of an export, replaced by renaming; software bill of materials
"""
