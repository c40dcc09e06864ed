"""SPARQL Protocol and Graph Store Protocol.

- `endpoint`: /sparql, with a form for browsers
- `graph_store`: /graph-store, read-only, from temporary files
- `protocol`: requests of the SPARQL Protocol (https://www.w3.org/TR/sparql11-protocol/#query-operation) and replies
- `lookups`: queries that are answered in the server process
- `hints`: mistakes in a query that does not parse, and terms that the dataset does not use
"""
