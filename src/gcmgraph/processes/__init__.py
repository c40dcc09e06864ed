"""Processes that can be killed: their start, their limits, and the frames exchanged with them.

- `worker`: module run as a process of its own, function run in a fork, and frames between processes
- `sandbox`: memory cap, no network, no other files and processes, end with the parent
"""
