"""The files of this repository: where they are, and how each kind is read.

- `layout`: the folders
- `tables`: reference tables (CSV) and how they say triples (CSV on the Web metadata)
"""
