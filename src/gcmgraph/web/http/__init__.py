"""HTTP, independent of the services: formats, negotiation, headers, problems, parameters, request bodies.

- `authentication`: tokens: as Bearer (RFC 6750), as the password of Basic (RFC 7617), in a form or a cookie
- `caching`: caching of responses (RFC 9111), their validators, and conditional requests (RFC 9110, 13)
- `client_addresses`: network addresses of clients, and counts of them that all server processes share
- `field_limit`: limit on the fields of forms and the parameters of addresses. Plain WSGI (PEP 3333)
- `formats`: the table of formats in which the server writes its responses
- `forms`: parsing of forms as `application/x-www-form-urlencoded` in little memory
- `headers`: headers of every response, conditions of requests, and the last step of each response
- `limits`: limits on the bodies of requests, in bytes, on their fields, and on cached headers
- `negotiation`: content negotiation (RFC 9110, 12): by the suffix of an address, by `format=`, or by Accept
- `parameters`: whole numbers in the parameters of a request, pages of a list, and links to them
- `problems`: errors as problem details (RFC 9457), or as a page for a browser
- `request_bodies`: bodies of requests, read before the application by few threads at a time. Plain WSGI (PEP 3333)
- `request_line`: methods and paths that Flask would take for others
- `static_files`: /static/…: files with addresses that change with their content
- `uploads`: data sent to be checked: a body, a file of a form, or a text in it
- `urls`: IRIs of the data as links of this server
"""
