"""Checks of contributions: policy and validation.

- `judgement`: the verdict
- `files`: check of files on the command line
- `mistakes`: one result for one mistake
- `port`: request and verdict of a check
- `local`: check in this process
- `worker`: check in a process that can be killed
- `turns`: turns of checks that share a process
- `child`: the process of such checks
"""
