"""Reconciliation of names in tables with the entities of the graph.

- `entities`: entities of a dataset version by short identifiers, and their properties, for matching and data extension
- `reconciler`: scoring of candidates for a name; columns of CSV files and workbooks, answers for their names, and
  values to add to the rows
"""
