"""The query port and its engines.

- `port`: what every engine offers (`Store`), and the values that queries return
- `embedded`: pyoxigraph, in memory or on disk; `dump_loading` has it read canonical N-Quads by itself
- `remote`: a SPARQL 1.1 server; `remote_dialects` says how servers differ, `remote_http` talks to them
  (`sparql_request`) and `remote_stream` reads what comes, `remote_binding` and `remote_results` put terms into queries
  and take them out of answers, `remote_answers` writes these for clients, `remote_reading` gets all rows,
  `read_ahead` asks for what a page reads together, `remote_union` keeps the union
- `dataset_clause`: the graphs that a query names
- `opening`: what `--store` names, folder or URL; `remote_dataset` is the latter, `remote_marker` its version,
  `remote_claim` lets one process write
- `workers`: strangers' queries (`query_request`) in processes with limits (`query_worker`), so many at once (`places`);
  `query_process` is what runs there, `screening` looks for SERVICE, FROM and GRAPH, `confinement` closes the network
  and caps the memory, `bounded_output` caps the answer, `frames` carry requests and answers,
  `processor_time` tells how long one has run
- `nurseries`: what those processes are forked from (`nursery`, and inside it `query_nursery`), with the graph in
  memory where it is small enough (`held_graph`); `held_here` holds it in the server process as well
- `own_process`: a command's query, in a process of its own
- `versions`: a folder of dataset versions, switched at once
- `kept_literals`: numbers and times in the spelling that the engine gives back
- `change`, `version_change`: quads that go and come, and the version that they make; `locks`: one writer at a time
- `federation`: SERVICE for endpoints that an operator allows: `federation_endpoints` are those,
  `federation_reading` finds the blocks, `federation_fetch` asks; `result_syntaxes` has the engine's formats
  and writes kept rows in another, `result_lines` keeps them so that some are read without the others
"""
