"""WSGI middleware below Flask: compression, cached responses, metrics, read-ahead.

- `compression`: compress answers for clients that take gzip (RFC 9110, 8.4, 12.5.3). Plain WSGI (PEP 3333)
- `metrics`: count the requests of all server processes together, by address and status. Plain WSGI (PEP 3333)
- `read_ahead`: read the dataset as for one page while a GET is answered (`Dataset.reading`). Plain WSGI (PEP 3333)
- `response_cache`: keep answers below Flask, so that a repeated request never reaches it. Plain WSGI (PEP 3333)
"""
