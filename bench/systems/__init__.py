"""The systems that are measured, each started on loopback over the same N-Quads file.

- `process`: what they share: a server process, when it is ready, how much memory it took
- `gcmgraph_server`: ours · `oxigraph_server`, `virtuoso`, `rdflib_endpoint`: the peers
"""
