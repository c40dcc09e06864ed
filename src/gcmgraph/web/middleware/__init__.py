"""WSGI middleware below Flask: cached responses, metrics, read-ahead, sending.

- `metrics`: counts of the requests of all server processes, by address and status. Plain WSGI (PEP 3333)
- `read_ahead`: one `Dataset.reading` for each GET. Plain WSGI (PEP 3333)
- `response_cache`: responses cached below Flask for one dataset version. Plain WSGI (PEP 3333)
- `sending`: long responses, sent in pieces, with limits on their number and bytes. Plain WSGI (PEP 3333)
"""
