"""The query port and its engines.

- `port`: what every engine offers (`Store`), and the values that queries return
- `embedded`: pyoxigraph, in memory or on disk
- `remote`: a SPARQL 1.1 server; `remote_dialects` says how servers differ, `remote_http` talks to them,
  `remote_binding` and `remote_results` put terms into queries and take them out of answers
- `opening`: what `--store` names, folder or URL; `remote_dataset` is the latter, `remote_marker` its version
- `workers`: strangers' queries (`query_request`) in processes with limits (`query_worker`); `query_process` is
  what runs there, `screening` looks for SERVICE, FROM and GRAPH, `confinement` closes the network and caps the memory,
  `bounded_output` caps the answer, `frames` carry requests and answers
- `nurseries`: what those processes are forked from (`nursery`, and inside it `query_nursery`), with the graph in
  memory where it is small enough (`held_graph`)
- `versions`: a folder of dataset versions, switched at once
"""
