"""The command line: `gcmgraph COMMAND`.

- `shared/`: parts that several commands share
- `build`: `gcmgraph build`: the repository's files to a validated, stored dataset version
- `contribution`: `gcmgraph contribution …`: send, look at and decide on contributions, and the tokens for that
- `export`: `gcmgraph export`: the site and the data as files
- `extract`: `gcmgraph extract`: a document to statements with evidence
- `fetch`: `gcmgraph fetch`: documents and official data files of the register, verified by hash
- `group`: the command group. Commands are listed here by name and imported when called, so that help answers at once
- `importing`: `gcmgraph import`: the UN's own files beside the reference data
- `link`: `gcmgraph link`: propose links to another dataset, and check those there are
- `load`: `gcmgraph load`: an operator's own RDF into the store
- `options`: what every command takes, and how errors are told: one clear sentence, no traceback
- `query`: `gcmgraph query`: a query file or a named query on the store
- `read`: `gcmgraph read`: documents to proposed readings, and readings checked against the documents
- `serve`: `gcmgraph serve`: the server, in the foreground
- `validate`: `gcmgraph validate`: RDF files and spreadsheets against the shapes
"""

from gcmgraph.cli.group import main

__all__ = ["main"]
