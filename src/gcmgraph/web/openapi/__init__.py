"""`/openapi.json`: the OpenAPI 3.1 description of every public route (https://spec.openapis.org/oas/v3.1.1.html).

Limits, names and media types are imported from the code that reads requests.

- `service`: the route `/openapi.json`
- `document`: the complete document
- `builders`: builders of schemas, parameters, responses and operations
- `schemas`: JSON schemas of response bodies
- `components`: problem responses, headers and parameters shared by many operations
- paths by subject: `resources`, `dataset`, `search_and_sparql`, `reconciliation`, `assistants`, `contributions`,
  `feedback`, `operations` (of the server)
- `named_queries`: one path for each query of the library, generated from the query
"""
