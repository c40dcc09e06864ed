"""Processes that can be killed: their start, their limits, and the frames exchanged with them.

- `worker`: module run as a process of its own, seen from the process that starts it
- `child`: the same, seen from the process that is started
- `job`: function called once in a forked process
- `ipc`: frames of a head (JSON) and a body (bytes) on a socket
- `landlock`: files that a process may read
- `system_calls`: calls that a process gives up
- `sandbox`: memory cap, no network, end with the parent
"""
