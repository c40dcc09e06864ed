"""Queries of untrusted clients in processes that are killed at their limits.

- `pool`: slots for queries, with limits of time and number
- `worker`: one query process, seen from the server
- `child`: the same, seen from inside
- `fork_server`: processes that query processes are forked from, with one limit of memory
- `fork_server_client`: the same, seen from the server
- `memory_graph`: union of all graphs in memory, held by a fork server
"""
