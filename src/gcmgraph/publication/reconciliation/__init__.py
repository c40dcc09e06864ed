"""Which things of the graph the names in a table of strangers mean, and what the graph knows of these things.

- `entities`: the things by short identifiers (`country/AFG`), their names, other people's IRIs of them
- `properties`: the values of a thing, by identifiers of properties such as `gcm:iso3` or `skos:prefLabel@fr`
- `stored_names`: the names of a version, found in its file of labels
- `reconciler`: candidates for a name, weighed with properties as evidence

How names are compared is in `gcmgraph.linking`.
"""
