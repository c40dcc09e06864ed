"""Queries in processes that are stopped at their limits.

- `child`: what a process does that strangers' queries run in; it is forked by `query_nursery`, which has no network
- `fork_server`: process that query processes are forked from (`python -m gcmgraph.store.query_pool.fork_server FD
  [FOLDER MEGABYTES]`)
- `fork_server_client`: the process that query processes are forked from, seen from the server (`query_nursery` is its
  other side)
- `fork_servers`: which nursery query processes are forked from: one that holds the newest graph in memory, once it
  does
- `memory_graph`: the union of all graphs, held in memory: about two to five times as fast as on disk (decision 7)
- `memory_graph_here`: the union of all graphs in memory of the server process itself, for what it answers on the spot
- `pool`: run strangers' queries in processes that can be killed, with limits of time and memory and no network
- `processor_time`: how long another process has run on a processor, which is less than what the clock says where
  others run too
- `run_in_fork`: do something in a process of its own: some queries kill the process that they run in
- `slots`: the places that queries run in: so many at once, and those who wait get one in the order they came
- `worker`: one query process, seen from the server: started, asked, listened to, killed
"""
