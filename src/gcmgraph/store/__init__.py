"""The query port and its engines.

- `embedded/`: embedded engine: a store in a folder or in memory
- `federation/`: SERVICE: federated queries over permitted endpoints
- `query_pool/`: queries in processes that are stopped at their limits
- `remote/`: a dataset on a SPARQL server
- `results/`: results of queries: formats, lines, and limits of their size
- `versions/`: versions of a dataset in folders
- `change`: quads removed from a dataset and added to it
- `opening`: the dataset that `--store` names, and queries on it
- `port`: the port to a SPARQL engine
- `queries`: the port to untrusted clients' queries
- `requests`: an untrusted client's query, its limits, its answer, and its errors
- `timed_connections`: keep-alive connections on which a time limit counts for a whole answer
- `transport`: HTTP requests to SPARQL servers
"""
