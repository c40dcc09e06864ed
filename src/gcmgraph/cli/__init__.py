"""The command line: `gcmgraph COMMAND`.

- `group`: the command group, which loads a command only when it is needed
- `options`: options of every command, and the report of errors
- commands: `build` (also `load`, `verify`), `checking` (`validate`, `suggest`), `contribution`, `feedback`, `link`,
  `query`, `reconcile`, `site` (`serve`, `mcp`, `export`), `sources` (`fetch`, `import`); `extract` and `read` are those
  of `gcmreader`
- `services`, `stores`: what commands open
"""

import sys

try:
    from gcmgraph.cli.group import main
except ModuleNotFoundError as error:  # installed without its dependencies
    if error.name != "click":
        raise
    sys.exit(
        "Error: this installation has only the client, gcmgraph.client.\n"
        "Hint: install the server and its commands: pip install gcmgraph."
    )

__all__ = ["main"]
