"""Datasets and their engines.

- `opening`: the dataset of a location, and the queries of untrusted clients
- `port`: port to the engine that holds one version, and where a dataset is
- `stores`: stores behind the port, by their contents
- `versions`: versions of a dataset in folders
- `embedded`: embedded engine (pyoxigraph)
- `remote`: dataset in a SPARQL server, with a copy
- `requests`: untrusted clients' queries, their limits, answers and errors
- `query_pool`: queries of untrusted clients in processes that are killed at their limits
- `federation`: SERVICE, for an allow-list of endpoints
- `results`: results of queries
- `change`: change to a dataset
- `literal_forms`: lexical forms of literals that the engine returns
- `transport`: HTTP requests to SPARQL servers
- `timed_connections`: connections on which a time limit counts for a whole answer
"""
