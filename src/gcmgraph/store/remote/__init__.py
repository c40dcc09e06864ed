"""A dataset in a SPARQL server, with a copy in a folder from which it is read.

- `dataset`: versions in a server, and the copy of the current one
- `engines`: addresses of servers, and how servers differ
- `graphs`: graphs of a dump, and the marker of a version in a server
- `server`: requests of the SPARQL Protocol and the Graph Store Protocol
- `write_claim`: the right to write to a server, for one process at a time
"""
