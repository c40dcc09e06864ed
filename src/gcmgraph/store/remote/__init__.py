"""A dataset on a SPARQL server.

- `answers`: write what a SPARQL server answers in the syntax a client wants, while it comes, and no more than caps
  allow
- `client`: requests to a SPARQL server: queries and updates by the SPARQL Protocol, graphs by the Graph Store
  Protocol
- `dataset`: the dataset in a remote store: what `--store URL` names
- `dialects`: where SPARQL servers answer, and how they differ. What was measured on which is in docs/scaling.md
- `paging`: read all rows of a pattern from a server that gives only so many at once
- `prefetch`: what one page reads of a server, asked for many things at once
- `results`: read what a SPARQL server answers, with the liberties that Virtuoso takes put right
- `rewriting`: queries rewritten for a server that reads them in its own way
- `store`: A SPARQL 1.1 server behind the `Store` port. How servers differ is in `remote_dialects`, and hidden here
- `stream`: what a SPARQL server answers, while it comes: read with a time limit, whole or by a parser
- `union`: the union of all graphs, kept in the server as a graph, as the embedded engine keeps it
  (docs/decisions/0006)
- `version_marker`: what stands in a remote store about the dataset in it: a small graph, `{base}graph/version`
- `write_lock`: the right to write to a server, held by one of our processes at a time
"""
