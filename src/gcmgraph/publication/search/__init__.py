"""Full-text search over labels and codes, with one label file a version.

- `file`: format of the label file: rows, grams, insertion and removal
- `fuzzy`: labels similar to a name that was not found
- `index`: search over the label file of a version
- `labels`: labels and codes of resources, and their order
- `query`: search queries over a label file
- `update`: writing of the label file of a version
"""
