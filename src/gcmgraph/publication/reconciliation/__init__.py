"""Reconciliation of names in tables with the entities of the graph.

- `entities`: entities of a dataset version by short identifiers, and their properties, for matching
  and data extension
- `reconciler`: candidates for a name, and their scores
- `column_files`: columns of CSV files and workbooks
- `columns`: answers for the names of a column, and values to add to its rows
"""
