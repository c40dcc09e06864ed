"""Datasets and their engines.

- `opening`: the dataset of a location, and the queries of untrusted clients
- `port`: port to the engine that holds one version, where a dataset is, and changes to it
- `stores`: stores behind the port, by their contents
- `embedded`: embedded engine (pyoxigraph)
- `results`: results of queries
- `versions`: versions of a dataset in folders, and the record of their files
- `remote`: dataset in a SPARQL server, with a copy
- `sparql_server`, `transport`: requests to SPARQL servers
- `requests`: untrusted clients' queries, their limits, answers and errors
- `query_pool`, `fork_server`, `query_process`: queries of untrusted clients in processes killed at their limits, as
  seen from the server, from the process that forks them, and from inside
- `federation`: SERVICE, for an allow-list of endpoints
"""
