"""HTTP, independent of what is served: negotiation, headers, problems, parameters, request bodies.

- `authentication`: who asks: a token as Bearer (RFC 6750), as the password of Basic (RFC 7617, for browsers), or in a
  form
- `body_cache`: bodies of documents of one dataset version, kept by their entity tags: a version never changes
- `headers`: headers that every answer carries, and the reading of conditions
- `limits`: limits on the bodies of requests, in bytes
- `negotiation`: content negotiation (RFC 9110, section 12): one table of what a description can be had as
- `parameters`: whole numbers in the parameters of a request, the page of a list that they name, and links to its
  other pages
- `problems`: errors as problem details (RFC 9457), or as a page for a browser. The one place that translates them
- `request_bodies`: read the bodies of requests before the application does, by few threads at a time. Plain WSGI (PEP
  3333)
- `static_files`: /static/…: files that browsers may keep for good, since their addresses change with their content
- `uploads`: what a request sends to be checked: a body, a file of a form, or a text in it
- `urls`: IRIs of the data as links of this server: ours by their path, others' as they are
"""
