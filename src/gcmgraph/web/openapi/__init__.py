"""/openapi.json: every public address of the server, for programs that make a client of it (OpenAPI 3.1).

- `builders`: values, parameters, answers and operations as OpenAPI writes them
  (https://spec.openapis.org/oas/v3.1.1.html#schema)
- `components`: what many operations have: parameters, headers, problems (RFC 9457), the token
- `contributions`: the addresses for checking data and sending them, and for what becomes of them (see
  docs/contributions.md)
- `dataset`: the addresses of the dataset as a whole, of its versions and of their downloads
- `document`: all of the document: what the service is, its addresses, and what they share
- `named_queries`: the query library: one address for each query, with its parameters, made from the queries
  themselves
- `operations`: the addresses of the server itself: for those who watch it, find its pages, or make a client of it
- `reconciliation`: the addresses of the reconciliation service (Reconciliation Service API 0.2; see
  docs/reconciliation.md)
- `resources`: the addresses of things, of the documents about them, of lists of them, and of the vocabulary
- `schemas`: the JSON of answers, as JSON Schema (https://json-schema.org/draft/2020-12). Members may be added to any
  object
- `search_and_sparql`: the addresses that answer questions: SPARQL, whole graphs, search, and somebody else's
  addresses
- `service`: the address /openapi.json. What it tells is put together when it is first asked for
"""
