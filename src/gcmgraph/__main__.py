"""`python -m gcmgraph`: the command line."""

from gcmgraph.cli.group import main

main(prog_name="gcmgraph")
