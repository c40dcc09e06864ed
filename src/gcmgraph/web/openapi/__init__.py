"""/openapi.json: every public address of the server, for programs that make a client of it (OpenAPI 3.1).

https://spec.openapis.org/oas/v3.1.1.html. Bounds, names and media types are those of the code that reads requests.

- `service`: the address itself
- `document`: all of the document
- `parts`: values, parameters, answers and operations as OpenAPI writes them
- `schemas`: the JSON of answers · `shared`: problems, headers, parameters that many operations have
- addresses, subject by subject: `things`, `dataset`, `asking`, `reconciliation`, `contributing`,
  `upkeep`
- `named_queries`: one address for each query of the library, made from it
"""
