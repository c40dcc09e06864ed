"""Files of this repository, and tables.

- `layout`: folders of the repository, its RDF files as quads of their graphs, and the terms of the ontology
- `tables`: tables (CSV) as quads, with the origin of each column
- `table_rows`: rows of CSV files, checked by the metadata of their table
- `data_cube`: structure of a table of observations
- `withdrawals`: withdrawn resources
- `csvw`: metadata beside a table (CSV on the Web): columns, datatypes, IRI templates, keys
"""
