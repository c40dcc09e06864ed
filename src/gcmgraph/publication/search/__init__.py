"""Search over labels and codes, and over longer texts, with a file of each a version.

- `connections`: read-only connections of threads to a file of a version
- `database`: a database to write an index to
- `file`: format of the label file: rows and grams
- `fuzzy`: labels similar to a name that was not found
- `index`: search over the label file of a version
- `labels`: labels and codes of resources, and their order
- `query`: search queries over a label file
- `text_file`: file of the descriptions of a version, with an FTS5 index of words
- `texts`: search in descriptions, results and definitions
"""
