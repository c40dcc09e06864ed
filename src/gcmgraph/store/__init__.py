"""Datasets and their engines.

- `port`: port to the engine (pyoxigraph) that holds one version, where a dataset is, and changes to it; untrusted
  clients' queries, their limits, answers and errors
- `stores`: datasets written to an index and changed there
- `results`: results of queries
- `versions`: versions of a dataset in folders, and the record of their files
- `graph_store`: a SPARQL server to which graphs are sent
- `engine`: a SPARQL server that answers visitors' queries; `engine_query`: which queries may go there, and how they
  are written; `answer_files`: its answers in temporary files
- `transport`: requests to SPARQL servers, each within a time limit
- `query_pool`, `fork_server`, `query_process`: queries of untrusted clients in processes killed at their limits, as
  seen from the server, from the process that forks them, and from inside
"""
