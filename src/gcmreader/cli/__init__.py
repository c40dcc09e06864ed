"""The command line: `gcmreader COMMAND`; `gcmgraph extract` and `gcmgraph read` are the same commands.

- `group`: the command group
- one module a command: `extract`, `read`, `text`
"""
