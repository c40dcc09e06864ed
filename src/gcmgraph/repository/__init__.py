"""Files of this repository, and tables.

- `layout`: folders of the repository
- `tables`: tables (CSV) as quads, with the origin of each column
- `csvw`: metadata beside a table (CSV on the Web): columns, datatypes, IRI templates, keys
- `documents`: RDF files as quads of their graphs, and the terms of the ontology
- `withdrawn`: table of withdrawn resources
"""
