"""What a contributor must get right, checked by SHACL (https://www.w3.org/TR/shacl/).

- `shapes`: our shapes, read once from the repository
- `contribution`: `validate_contribution`, the one entry point for what someone sends; `statements` is what it
  says and where, `rules` what it is held against
- `engine`: `validate_dataset`, quads and shapes to a report (pyshacl behind it)
- `files`: `validate_files`, the same for RDF files
- `report`: what a report says; `paths`: SHACL property paths
- `formats`: the table of ways to write a report: `text`, `rdf`, `json`, `sarif`, `github`
- `rdflib_terms`: our terms to rdflib's and back
"""
