"""Validation of contributions and datasets by SHACL (https://www.w3.org/TR/shacl/) and some checks beside it.

- `checks/`: checks of what no shape can express
- `distinctions`: distinctions that shapes make between values, and signatures of values
- `effect`: statements with their places in files; a contribution, what it changes in the published graph, and valid
  values for invalid ones
- `graphs`: graphs as triples in memory or in the store, property paths and labels in them
- `partitions`: nodes with equal signatures
- `pyshacl_validator`: pySHACL, prepared once for a shapes graph, and triples that a SPARQL constraint reads
- `report`: validation reports as values, and constraints with a component of their own
- `report_formats`: reports as text, RDF, JSON, SARIF and commands of GitHub
- `rules`: shapes, and terms of the ontology; triples that shapes read, and focus nodes that a change affects
- `validate`: validation of a contribution, of RDF files as one, and of a whole dataset, one node of each partition
"""
