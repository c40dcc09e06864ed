"""The dataset: its description, downloads, versions and link sets.

- `downloads`: /dumps/…: whole dataset versions to download, with digest, ranges and caching (RFC 9110: 8.8.3, 14)
- `linksets`: /linksets: every link set with its count, how much it covers and its last check, as a page or RDF
- `routes`: /dataset: what the dataset is and how it can be had, as a page or in DCAT 3
- `versions`: /changes and /dataset/{version}: what each version added and took away, as pages, RDF, JSON and a feed
- `version_formats`: versions as JSON for programs, and as an Atom feed (RFC 4287)
- `void`: /.well-known/void: what the dataset holds (https://www.w3.org/TR/void/#well-known)
"""
