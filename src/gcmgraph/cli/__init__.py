"""The command line: `gcmgraph COMMAND`.

- `group`: the command group, which loads a command only when it is needed
- `options`: what every command takes, and how errors are told
- one module a command: `build`, `contribution`, `export`, `extract`, `fetch`, `importing`, `link`, `load`,
  `query`, `read`, `serve`, `validate`
- `contributing`, `templates`, `query_results`, `stores`, `published`: what those share
"""

from gcmgraph.cli.group import main

__all__ = ["main"]
