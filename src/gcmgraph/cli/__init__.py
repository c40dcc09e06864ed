"""The command line: `gcmgraph COMMAND`.

- `group`: the command group, which loads a command only when it is needed; options of all commands;
  report of errors
- one module for each command: `build` (also `load`), `contribution`, `demo`, `export`, `feedback`,
  `fetch`, `import_table`, `link`, `publish`, `query`, `reconcile`, `serve` (also `mcp`), `suggest`,
  `validate`, `verify`; `extract`, `read` and others are those of `gcmreader`
- `access`, `database`, `template`: subcommands of `contribution`
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
