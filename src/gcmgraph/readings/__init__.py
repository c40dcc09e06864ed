"""Readings: reviewed facts of the guidance pages, each with its places in the documents.

Only readings are published; what `gcmreader` extracts from a document is a proposal for them. The files are in
`data/readings/`, one folder a guidance page; `docs/readings.md` describes their format.

- `yaml_nodes`: YAML with the line of every value, all scalars as text
- `forms`: forms of values, which make a value of YAML or one sentence about it, and places in documents
- `model`: readings as frozen values with the form of each field; the table of facts a reading may state
- `files`: the files of a folder to readings, or one sentence about what is wrong where
- `records`, `statements`, `evidence`: readings to quads, one record a page and practice, with documents and passages
- `compact`: the texts of the Compact to quads: one text a language, and the wordings that differ
"""
