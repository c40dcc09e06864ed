"""Files that stand beside a dataset version: changes, downloads, history, statistics.

- `changes`: what a dataset version added to the one before it and took away: statements, graphs, things
- `downloads`: the downloads of a store folder: files beside the index of each version, with their digests
- `files`: the files beside the index of a version: its dumps, and what it changed
- `history`: the versions of a store folder: when each was published, what it changed, what of it can be downloaded
- `incremental`: the files of a version that was made by a change: those of the version before, brought up to date
- `indexes`: what is made of a version once and stored beside its index, so that every server process only has to open
  it
- `statistics`: how much a dataset version holds, counted once and kept in a file beside it: what pages and catalogues
  tell of it
- `summary`: what a dataset holds, counted: triples a graph, things a class
"""
