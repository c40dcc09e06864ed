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
- `sparql_text`: tokens of a query, and the words and graphs in it
"""
