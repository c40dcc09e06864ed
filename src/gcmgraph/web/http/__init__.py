"""HTTP, independent of the services: formats, negotiation, headers, problems, parameters, middleware.

- `api`: description of an operation at its route, for /openapi.json
- `formats`: the table of formats in which the server writes its responses
- `hosts`: hosts under which clients reach the server
- `limits`: limits on headers and bodies of requests, and on responses
- `middleware`: counts of requests, limits on messages, cached responses. Plain WSGI (PEP 3333)
- `requests`: content negotiation, whole numbers in parameters, pages of a list, tokens
- `responses`: links to IRIs, caching, headers of every response, errors as problem details or as a page
"""
