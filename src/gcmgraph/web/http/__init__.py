"""HTTP, independent of the services: formats, negotiation, headers, problems, parameters, middleware.

- `api`: description of an operation at its route, for /openapi.json
- `authentication`: tokens: as Bearer (RFC 6750), as the password of Basic (RFC 7617), in a form or a cookie
- `formats`: the table of formats in which the server writes its responses
- `headers`: caching of responses (RFC 9111), conditions of requests (RFC 9110, 13), headers of every response
- `limits`: limits on the bodies of requests, in bytes, on their fields, and on cached headers
- `middleware`: counts of requests, limits on messages, cached responses. Plain WSGI (PEP 3333)
- `problems`: errors as problem details (RFC 9457), or as a page for a browser
- `requests`: content negotiation (RFC 9110, 12), whole numbers in parameters, pages of a list
- `urls`: IRIs of the data as links of this server, and /static/… with addresses that change with the content
"""
