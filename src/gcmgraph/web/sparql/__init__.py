"""SPARQL Protocol and Graph Store Protocol.

- `endpoint`: /sparql, with a form for browsers
- `graph_store`: /graph-store, read-only, from temporary files
- `protocol`: requests of the SPARQL Protocol (https://www.w3.org/TR/sparql11-protocol/#query-operation)
- `formats`: formats of results, by name and by Accept header
- `replies`: answers as responses, with entity tags and notices of cuts
- `schemas`: descriptions of both for `/openapi.json`
- `lookups`: queries that are answered in the server process
- `mistakes`: mistakes in a query that does not parse
- `unknown_terms`: terms of a query that the dataset does not use
"""
