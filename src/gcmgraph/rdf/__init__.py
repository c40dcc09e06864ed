"""RDF: terms, names, syntaxes, shapes, and the text of queries.

- `terms`: terms, triples and quads
- `namespaces`: addresses of the dataset, and prefixes of vocabularies (`prefixes.csv`)
- `media`: table of RDF media types, and files of RDF and text
- `parsing`: parser of untrusted RDF, within limits and without network or DOCTYPE; checks of XML
- `canonical`: sorted and stable N-Quads, TriG, Turtle and others; change of canonical N-Quads
- `templates`: descriptions in TriG with variables, filled with values
- `json_ld`: JSON-LD compacted with the published context of each version of the ontology
- `language_texts`: texts in several languages
- `property_paths`: property paths of SHACL and SPARQL
- `shapes`: definitions of shapes of SHACL, for validation, spreadsheets and pages
- `shapes_reader`: reader of shapes graphs
- `sparql_tokens`: tokens of a query
- `sparql_screening`: words that a query has in any reading of its text
- `sparql_text`: declared prefixes, volatile functions, IRIs and values as text
- `query_dataset`: graphs of FROM and FROM NAMED, and the meaning of names
"""
