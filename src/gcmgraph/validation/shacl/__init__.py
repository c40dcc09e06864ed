"""SHACL: shapes, what they depend on, and the engine that checks them.

- `dependencies`: what each shape reads of the data when it is evaluated at a node, derived from the shapes graph
- `engine`: pyshacl, the reference among SHACL engines in Python, made ready once for a shapes graph
- `path_evaluation`: follow SHACL property paths through a graph, forwards to the values and backwards to where they
  began
- `rdflib_bridge`: our terms as rdflib's and back, lexical forms untouched
- `rdflib_paths`: SHACL property paths in rdflib graphs
- `shapes`: our shapes: read from the repository once, and handed to the engine as graphs, never as strings
- `shapes_graph`: what is said about shapes, found by shape and parameter
- `sparql_dependencies`: what a SPARQL constraint (https://www.w3.org/TR/shacl/#sparql-constraints) reads, as paths
  from its `$this`
"""
