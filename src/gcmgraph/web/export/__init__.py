"""Export of the site as static files, each with the response of the application.

- `export`: requests for all reachable addresses, and their files; rules for nginx and Apache, and a README
- `folder`: the folder of an export, replaced by renaming; software bill of materials
"""
