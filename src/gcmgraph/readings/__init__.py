"""Readings: reviewed facts of the guidance pages, each with its places in the documents.

Only readings are published; what `gcmreader` extracts from a document is a proposal for them. The
files are in `data/readings/`, one folder a guidance page; `docs/readings.md` describes their
format.

- `yaml_values`: YAML with the line of every value
- `locators`: places in documents
- `forms`: forms of values: a value of YAML, or one sentence about its error
- `files`: readings as values with the form of each field, the table of facts a reading may state, and their files
- `reading_writer`: statements of a page or a practice
- `records`: readings to quads, one record a page and practice
- `evidence`: statements with documents and passages
- `compact_texts`: texts of the Compact, one a language, and wordings that differ
"""
