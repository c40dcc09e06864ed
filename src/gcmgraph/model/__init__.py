"""Model of the dataset: tables of what the program does with kinds of resources and with properties.

- `kinds`: kinds of resources (`kinds.csv`), and the reader of the tables of the program
- `properties`: properties with a treatment of their own (`properties.csv`)
- `relations.csv`: relations by which claims are checked, and their names
"""
