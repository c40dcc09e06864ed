"""Export of the site as static files, each with the response of the application.

- `export`: export of a dataset version to a folder
- `crawl`: requests to the application for all reachable addresses
- `paths`: published addresses, and their files
- `relative_links`: relative links in exported pages
- `folder`: the folder of an export, replaced by renaming
- `server_config`: rules for nginx and Apache, and a README
- `components`: software bill of materials
- `negotiation_rules`: content negotiation by regular expressions
"""
