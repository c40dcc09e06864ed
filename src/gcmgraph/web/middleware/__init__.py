"""WSGI middleware below Flask: compression, cached responses, metrics, read-ahead."""
