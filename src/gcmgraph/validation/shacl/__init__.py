"""Validation by SHACL (https://www.w3.org/TR/shacl/).

- `dependencies`: the triples that evaluation of each shape reads
- `engine`: the engine that validates graphs against one shapes graph
- `path_evaluation`: evaluation of property paths in a graph
- `pyshacl_validator`: pySHACL, prepared once for a shapes graph
- `rdflib_bridge`: terms and graphs of rdflib
- `shapes`: the shapes of the repository
- `sparql_dependencies`: the triples that a SPARQL constraint reads
"""
