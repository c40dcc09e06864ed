"""Validation of contributions and datasets by SHACL (https://www.w3.org/TR/shacl/) and some checks beside it.

- `checks/`: checks of what no shape can express
- `constraint_queries`: queries of SPARQL constraints, and the triples that they read
- `contribution_effect`: the published graph before and after a contribution, and the new results
- `dataset`: validation of a whole dataset, one node of each partition
- `dependencies`: triples that shapes read, and focus nodes that a change affects
- `distinctions`: distinctions that shapes make between values, and signatures of values
- `graphs`: graphs as triples in memory or in the store, and labels in them
- `located_statements`: statements with their locations in files
- `partitions`: nodes with equal signatures
- `paths`: evaluation of property paths
- `pyshacl_validator`: pySHACL, prepared once for a shapes graph
- `rdflib_terms`: terms and graphs of rdflib
- `report`: validation reports as values, and constraints with a component of their own
- `report_formats`: reports as text, RDF, JSON, SARIF and commands of GitHub
- `rules`: shapes, and terms of the ontology
- `valid_values`: valid values for invalid ones
- `validate`: validation of a contribution, of RDF files as one, and of a dataset
"""
