"""SPARQL Protocol and Graph Store Protocol.

- `endpoint`: /sparql: the endpoint of the SPARQL 1.1 Protocol, and a form for browsers
- `fast_path`: answer plain requests of /sparql below Flask: one query, perhaps a format, and nothing else. Plain WSGI
  (PEP 3333)
- `graph_store`: /graph-store: the SPARQL 1.1 Graph Store HTTP Protocol, read-only
  (https://www.w3.org/TR/sparql11-http-rdf-update/)
- `lookups`: answer plain lookups on the spot, below Flask: what is said of one thing, or its description
- `protocol`: read a request of the SPARQL 1.1 Protocol (https://www.w3.org/TR/sparql11-protocol/#query-operation)
- `reply`: run a query of /sparql and say what goes back: the same from Flask and from below it
- `responses`: what an answer of /sparql carries: entity tag, freshness, and a word where it was cut
- `syntax_hints`: say what is wrong with a query that does not parse, better than its parser does
"""
