"""Checks of contributions: policy and validation.

- `port`: request and verdict of a check
- `local`: check in this process
- `worker`: check in a process that can be killed
- `turns`: turns of checks that share a process
- `child`: the process of such checks
"""
