"""The command line: `gcmgraph COMMAND`.

- `group`: the command group, which loads a command only when it is needed
- `options`: options of every command, and the report of errors
- one module a command: `build`, `contribution`, `export`, `extract`, `feedback`, `fetch`, `importing`, `link`, `load`,
  `mcp`, `query`, `read`, `reconcile`, `serve`, `suggest`, `validate`, `verify`
- `shared/`: functions shared by commands
"""

from gcmgraph.cli.group import main

__all__ = ["main"]
