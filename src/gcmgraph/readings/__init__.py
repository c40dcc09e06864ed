"""Readings: reviewed facts of the guidance pages, each with its places in the documents.

Only readings are published; what `gcmreader` extracts from a document is a proposal for them. The files are in
`data/readings/`, one folder a guidance page; `docs/readings.md` describes their format.

- `yaml_nodes`: YAML with the line of every value, all scalars as text
- `model`: readings as frozen values
- `files`: the files of a folder to readings, or one sentence about what is wrong where
- `fact_kinds`: the table of facts a reading may state, with the form of their values
- `sources`, `source_documents`: texts of the documents that are present on this machine, and documents as resources
- `records`, `statements`, `evidence`: readings to quads, one record a page and practice
- `compact`, `wordings`: the texts of the Compact to quads: one text a language, and the wordings that differ
"""
