"""A dataset on a SPARQL server.

- `client`: requests of the SPARQL Protocol and the Graph Store Protocol
- `dataset`: the versions of a dataset in a server
- `dialects`: addresses of servers, and how servers differ
- `paging`: all rows of a pattern from a server that limits the rows of an answer
- `prefetch`: quads that one page reads, many subjects at a time
- `queries`: untrusted clients' queries on a server
- `results`: results of a server, read or written in another syntax
- `rewriting`: queries rewritten for a server that reads them in its own way
- `store`: a server behind the `Store` port
- `stream`: the answer of a server, whole or while it comes
- `union`: updates that maintain the union of all graphs
- `version_marker`: the graph that names the version in a server
- `write_lock`: the right to write to a server, for one process at a time
"""
