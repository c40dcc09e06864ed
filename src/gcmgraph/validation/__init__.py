"""What a contributor must get right, checked by SHACL (https://www.w3.org/TR/shacl/).

- `contribution`: `validate_contribution`, the one entry point for what someone sends; `statements` is what it
  says and where, `rules` what it is held against; `files` does the same for RDF files
  (`large` for files too large for that)
- `engine`: `validate_dataset`, a whole dataset to a report: `alike` has one node judged of those that a shape cannot
  tell apart, `families` gathers these, `likeness` says what shapes see, `queried` asks SPARQL constraints of many
  nodes, `index` holds the dataset, `garbage` puts off the search for cyclic garbage meanwhile
- `shapes`: our shapes, read once from the repository
- `reference`: pyshacl, which every verdict comes from
- `reads`: what each shape reads of the data, derived from the shapes graph (`sparql_reads` from SPARQL constraints)
- `neighbourhood`: which nodes a change concerns, and the triples that they are judged by; `views` are the graph
  before and after it, `walks` follows paths in them
- `checks`: what no shape can say: unknown terms and things, duplicates; `nearest`: the right value that comes nearest
- `report`: what a report says; `paths`: SHACL property paths; `labels`: what things are called;
  `columns`: where in a line a value stands
- `formats`: the table of ways to write a report: `text`, `rdf`, `json_report`, `sarif`, `github`
- `shape_triples`: what is said about shapes
- `facts`: triples as tuples; `rdflib_terms`, `rdflib_paths`: our terms to rdflib's and back
"""
