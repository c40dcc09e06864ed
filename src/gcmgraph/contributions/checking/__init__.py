"""Validation of a contribution in a process of its own.

- `child`: the process that strangers' contributions are read and validated in: `python -m … FD STORE ROOT BASE
  MEGABYTES`
- `local`: check what someone sends in this process: read it, see whether they may say so, and validate it. Nothing is
  kept
- `port`: what is asked of a check of a contribution, and what comes of it: values, and the port that checkers are
  behind
- `worker`: have strangers' contributions checked in a process that can be killed (`check_process`)
"""
