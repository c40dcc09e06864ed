"""Model of the dataset: tables of what the program does with kinds of resources and properties.

- `kinds`: kinds of resources (`kinds.csv`)
- `properties`: properties with a treatment of their own (`properties.csv`)
- `relations`: relations by which claims are checked, and their names (`relations.csv`)
- `relation_words.csv`, `sentence_words.toml`: words by which sentences are read as claims
- `program_tables`: reader of these tables and of those in other packages
"""
