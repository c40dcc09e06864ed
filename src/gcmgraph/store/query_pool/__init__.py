"""Queries of untrusted clients in processes that are killed at their limits.

- `pool`: slots for queries, with limits of time and number
- `worker`: query processes and their fork server, seen from the server
- `child`: the same, seen from inside
- `fork_server`: processes that query processes are forked from, with one limit of memory
- `memory_graph`: union of all graphs in memory, held by a fork server
"""
