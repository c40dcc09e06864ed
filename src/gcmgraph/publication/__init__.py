"""From the files of the repository to a published dataset, and from that to descriptions of things.

- `answers/`: results of named queries that are computed ahead
- `build/`: the build of a dataset version from its sources
- `csv/`: tables of resources as CSV
- `describe/`: description of one resource: statements, evidence, provenance, vocabulary
- `geography/`: where countries are, as shapes to draw; pages show them, nothing in the graph depends on them
- `lists/`: lists of resources by class, with facets, kept in one file a version
- `metadata/`: descriptions of the dataset: DCAT, VoID, service description, Schema.org, citation
- `naming/`: labels of resources, and the keys by which names are found
- `network/`: who works with whom: organisations joined by the practices they share, and where a picture puts them
- `reconciliation/`: which things of the graph the names in a table of strangers mean, and what the graph knows of
  these things
- `search/`: full-text search, kept in one file a version
- `versions/`: files that stand beside a dataset version: changes, downloads, history, statistics
"""
