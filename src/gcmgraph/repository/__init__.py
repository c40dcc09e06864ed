"""Files of this repository.

- `layout`: folders of the repository
- `tables`: reference tables (CSV) as quads, with the origin of each column
- `csvw`: metadata beside a table (CSV on the Web): its columns, and the triples that they state
- `templates`: IRI templates with `{columns}`
- `datatypes`: lexical forms of cells
- `documents`: RDF files as quads of their graphs
- `withdrawn`: table of withdrawn resources
"""
