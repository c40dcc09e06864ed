"""The query port and its engines.

- `embedded/`: embedded engine: a store in a folder or in memory
- `federation/`: SERVICE: federated queries over permitted endpoints
- `query_pool/`: queries in processes that are stopped at their limits
- `remote/`: A dataset on a SPARQL server
- `results/`: results of queries: formats, lines, and limits of their size
- `versions/`: versions of a dataset in folders
- `change`: A change to a dataset: quads that go and quads that come
- `opening`: open what `--store` names: a folder of the embedded engine, or the URL of a SPARQL server
- `port`: the one port to a SPARQL engine. Adapters: `embedded` and `remote`
- `requests`: A stranger's query, what it may take, its answer, and what may become of it instead
- `timed_connections`: keep-alive connections on which a time limit counts for a whole answer
- `transport`: HTTP requests to SPARQL servers
"""
