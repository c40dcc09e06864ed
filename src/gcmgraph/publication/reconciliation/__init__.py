"""Reconciliation of names in tables with the entities of the graph.

- `entities`: entities of a dataset version by short identifiers
- `properties`: properties of entities, for matching and data extension
- `reconciler`: scoring of candidates for a name
- `columns`: answers for a column of names, and values to add to its rows
- `column_files`: columns of CSV files and workbooks
"""
