"""Which things of the graph the names in a table of strangers mean, and what the graph knows of these things.

- `entities`: the things of one dataset version by short identifiers: `country/AFG` for `{base}id/country/AFG`
- `name_index`: the labels of a version as names to be matched: read from its file, as far as a question needs them
- `properties`: what the graph says of a thing, by identifiers of properties that a table can ask for
- `reconciler`: candidates for a name in a table, weighed with what the table says besides
"""
