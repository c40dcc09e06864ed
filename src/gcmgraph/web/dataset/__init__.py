"""The dataset: its description, downloads, versions and link sets.

- `downloads`: /dumps/…: whole dataset versions to download, with digest, ranges and caching (RFC 9110: 8.8.3, 14)
- `routes`: /dataset, /tables/…, /linksets, /.well-known/void: descriptions, tables as CSV with CSVW and Croissant
- `versions`: /changes and /dataset/{version}: changes of each version, as pages, RDF, JSON and a feed
- `version_formats`: versions as JSON for programs, and as an Atom feed (RFC 4287)
"""
