"""Measured systems, each started on loopback over the same N-Quads file.

- `process`: shared parts: a server process, its readiness, its memory
- `gcmgraph_server`: ours · `oxigraph_server`, `virtuoso`, `rdflib_endpoint`: the peers
"""
