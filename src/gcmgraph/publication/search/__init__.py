"""Full-text search, kept in one file a version.

- `file`: the file in which the labels of a dataset version are found: an SQLite database with an FTS5 index of grams
- `fuzzy`: labels like a name that was not found, such as one with a letter wrong
- `index`: find things by their labels and codes, in any language, without regard to case and accents
- `labels`: the labels and codes by which things are found, and the order in which those that fit alike are told
- `query`: what a query looks for in a file of labels, and what it finds, best first
- `readers`: A file of labels, open to be read by the threads of a process
- `update`: writes the file of labels of a version, anew or from that of the version before
"""
