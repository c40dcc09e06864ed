"""Clients of the server on granian: their requests, bodies and sockets, with limits on each.

- `bodies`: bodies of requests that are being read, and the end of those that arrive too slowly
- `requests`: requests as granian hands them over: bodies with a time limit, long responses in threads of their own
- `respawning`: replacement of server processes that ended unexpectedly
- `sockets`: end of connections whose client neither sends nor reads
- `threads`: threads started when they are required, up to a limit
"""
