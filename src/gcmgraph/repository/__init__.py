"""The files of this repository: where they are, and how each kind is read.

- `layout`: the folders
- `tables`: reference tables (CSV) read as quads, and the origin of each column
- `csvw`: the metadata beside a table (CSV on the Web): its columns and the triples they state
- `templates`, `datatypes`: IRI templates with `{columns}` in them; what a cell of a datatype looks like
- `documents`: the RDF files, read into the graphs that hold them; `withdrawn`: what is published no more
"""
