"""HTTP, independent of the services: formats, negotiation, headers, problems, parameters, middleware.

- `api`: description of an operation at its route, for /openapi.json
- `formats`: the table of formats in which the server writes its responses
- `limits`: limits on the bodies of requests, in bytes, on their fields, and on cached headers
- `middleware`: counts of requests, limits on messages, cached responses. Plain WSGI (PEP 3333)
- `requests`: content negotiation, whole numbers in parameters, pages of a list, tokens
- `responses`: links to IRIs, caching, headers of every response, errors as problem details or as a page
"""
