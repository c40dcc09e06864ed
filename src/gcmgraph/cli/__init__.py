"""The command line: `gcmgraph COMMAND`.

- `group`: the command group, which loads a command only when it is needed; options of every command; report of errors
- commands: `build` (also `load`, `verify`), `checking` (`validate`, `suggest`), `contribution` (also `feedback`),
  `link` (also `reconcile`), `site` (`query`, `serve`, `mcp`, `export`), `sources` (`fetch`, `import`); `extract`
  and `read` are those of `gcmreader`
- `services`: the dataset of the settings, and services for contributions
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
