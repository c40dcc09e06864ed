"""The dataset: its description, downloads, versions and link sets.

- `downloads`: /dumps/…: whole dataset versions to download, with digest, ranges and caching (RFC 9110: 8.8.3, 14)
- `linksets`: /linksets: every link set with its count, coverage and last check, as a page or RDF
- `routes`: /dataset: description of the dataset, as a page or in DCAT 3
- `tables`: /tables/…: whole tables as CSV, with metadata by CSV on the Web and Croissant
- `versions`: /changes and /dataset/{version}: changes of each version, as pages, RDF, JSON and a feed
- `version_formats`: versions as JSON for programs, and as an Atom feed (RFC 4287)
- `void`: /.well-known/void: statistics of the dataset (https://www.w3.org/TR/void/#well-known)
"""
