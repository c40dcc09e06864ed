"""Processes that can be killed: their start, their limits, and the frames exchanged with them.

- `worker`: module run as a process of its own, from the side that starts it and the side that is started
- `job`: function called once in a forked process
- `ipc`: frames of a head (JSON) and a body (bytes) on a socket
- `sandbox`: memory cap, no network, no other files and processes, end with the parent
"""
