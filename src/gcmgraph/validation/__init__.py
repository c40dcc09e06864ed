"""What a contributor must get right, checked by SHACL (https://www.w3.org/TR/shacl/).

- `shapes`: our shapes, read once from the repository
- `engine`: `validate_dataset`, quads and shapes to a report (pyshacl behind it)
- `files`: `validate_files`, RDF files to a report that names lines
- `report`: what a report says; `paths`: SHACL property paths
- `formats`: the table of ways to write a report: `text`, `rdf`, `json`, `sarif`, `github`
- `rdflib_terms`: our terms to rdflib's and back
"""
