"""SPARQL Protocol and Graph Store Protocol.

- `endpoint`: /sparql, with a form for browsers
- `graph_files`: graphs written to temporary files, each once for a dataset version
- `graph_store`: /graph-store, read-only (https://www.w3.org/TR/sparql11-http-rdf-update/)
- `lookups`: the triples of one subject, answered in the server process
- `protocol`: requests of the SPARQL Protocol (https://www.w3.org/TR/sparql11-protocol/#query-operation)
- `reply`: the reply to a query, the same from Flask and from the fast path
- `responses`: headers of a reply, and a notice in a body that was cut
- `syntax_hints`: mistakes in a query that does not parse
- `unknown_terms`: terms of a query that the dataset does not use, each with the nearest ones
"""
