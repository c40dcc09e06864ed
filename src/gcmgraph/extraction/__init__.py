"""What a document says, as statements with the passage that says it.

- `gazetteer`: names of organisations, countries and instruments that the reference data knows
- `clauses`: a text with its sentences, citations set aside
- `organisations`, `roles`, `own_name`: organisation names in running text, and who leads or partners
- `nationalities`: adjectives of countries
- `places`, `periods`, `amounts`, `topics`, `outcomes`, `events`, `citations`, `kinds`: one kind of fact each
- `counted_countries`: a list counted as countries that holds something else is refused
- `practices`: all facts of one practice (`PracticeReading`)
- `documents_read`: all facts of one document (`DocumentReading`)
- `statements`: a reading as quads, each with its evidence
- `practice_statements`, `evidence`: a practice as statements, and the passages that support them
- `currencies`, `name_shapes`: ISO 4217 codes; how names of organisations are built
- `extract`: all of it, from a document to quads
"""
