"""Datasets and their engines.

- `port`: port to the engine (pyoxigraph) that holds one version, where a dataset is, and changes to it; untrusted
  clients' queries, their answers and errors
- `query_limits`: limits of these queries in time, memory, number and size
- `stores`: datasets written to an index, changed there, or copied with its files
- `results`: results of queries
- `store_folder`: versions of a dataset side by side, one of them current; `changed_versions`: a version made from the
  current one
- `version_files`: files of one version, and the record of their states
- `graph_store`: a SPARQL server to which graphs are sent
- `engine`: a SPARQL server that answers visitors' queries; `engine_query`: which queries may go there, and how they
  are written; `answer_files`: its answers in temporary files
- `transport`: requests to SPARQL servers, each within a time limit
- `query_pool`, `fork_server`, `query_process`: queries of untrusted clients in processes killed at their limits, as
  seen from the server, from the process that forks them, and from inside
"""
