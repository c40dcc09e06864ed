"""Queries of untrusted clients in processes that are killed at their limits.

- `pool`: query processes with limits of time, memory and number
- `slots`: places of the pool, given in the order of waiting
- `worker`: one query process, seen from the server
- `child`: the same, seen from inside
- `fork_server`: process that query processes are forked from
- `fork_server_client`: the same, seen from the server
- `fork_servers`: the current fork server, and the next, which loads a newer graph
- `memory_budget`: limit on the memory of all query processes together
- `memory_graph`: union of all graphs in memory, held by the fork server
"""
