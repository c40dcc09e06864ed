"""Validation of contributions and datasets by SHACL (https://www.w3.org/TR/shacl/) and some checks beside it.

- `checks/`: checks of what no shape can express: terms, resources, literals
- `contribution`: validation of a contribution
- `dataset`: validation of a whole dataset, one node of each partition
- `dependencies`: triples that shapes read, and focus nodes that a change affects
- `effect`: a contribution, and what it changes in the published graph
- `files`: validation of RDF files
- `graphs`: graphs as triples in memory or in the store, and property paths in them
- `locations`: statements with their places in files
- `partitions`: nodes with equal signatures
- `pyshacl_validator`: pySHACL, prepared once for a shapes graph
- `report`: validation reports as values, and constraints with a component of their own
- `report_formats`: reports as RDF, JSON, SARIF and commands of GitHub
- `report_text`: reports for people
- `rules`: shapes, and terms of the ontology
- `sparql_dependencies`: triples that a SPARQL constraint reads
- `suggestions`: valid values for invalid ones, by similar names
"""
