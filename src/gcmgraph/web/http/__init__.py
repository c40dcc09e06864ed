"""HTTP, independent of the services: formats, negotiation, headers, problems, parameters, request bodies.

- `api`: description of an operation at its route, for /openapi.json
- `authentication`: tokens: as Bearer (RFC 6750), as the password of Basic (RFC 7617), in a form or a cookie
- `counts`: counts of requests by path and status, which all server processes share
- `formats`: the table of formats in which the server writes its responses
- `headers`: caching of responses (RFC 9111), conditions of requests (RFC 9110, 13), headers of every response
- `limits`: limits on the bodies of requests, in bytes, on their fields, and on cached headers
- `negotiation`: content negotiation (RFC 9110, 12): by the suffix of an address, by `format=`, or by Accept
- `parameters`: whole numbers in the parameters of a request, pages of a list, and links to them
- `problems`: errors as problem details (RFC 9457), or as a page for a browser
- `message_limits`: limits on requests, their bodies and forms, and on long responses. Plain WSGI (PEP 3333)
- `response_cache`: responses cached below Flask for one dataset version. Plain WSGI (PEP 3333)
- `static_files`: /static/…: files with addresses that change with their content
- `uploads`: data sent to be checked: a body, a file of a form, or a text in it
- `urls`: IRIs of the data as links of this server
"""
