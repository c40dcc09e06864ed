"""Checks of contributions: policy and validation.

- `port`: request and verdict of a check
- `local`: check in this process
- `worker`: check in a process that can be killed
- `child`: the process of such checks
"""
