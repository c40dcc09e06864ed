"""HTTP, independent of the services: formats, negotiation, headers, problems, parameters, middleware.

- `api`: description of an operation at its route, for /openapi.json
- `authentication`: sender of a request: tokens, cookies, pages of other sites, address of a client
- `caching`: caching headers of responses, and conditional requests
- `counting`: counts of requests by path, status and duration. Middleware
- `form_parsing`: parsing of forms in little memory
- `formats`: the table of formats in which the server writes its responses
- `headers`: headers of every response
- `hosts`: hosts under which clients reach the server
- `limit_middleware`: refusals of requests and responses above the limits. Middleware
- `limits`: values of the limits: on headers and bodies of requests, and on responses
- `links`: links to IRIs, and addresses for headers and redirects
- `negotiation`: the format of a response, by suffix, `format=` or Accept
- `parameters`: choices, whole numbers and search texts in parameters, pages of a list
- `problems`: errors as problem details or as a page
- `result_cache`: cache of responses for one dataset version. Middleware
- `wsgi`: a call of an application by middleware. Middleware is plain WSGI (PEP 3333)
"""
