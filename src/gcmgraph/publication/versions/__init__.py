"""Files beside a dataset version: changes, downloads, history, statistics.

- `changes`: differences between a version and the version before
- `files`: files written with a version, and dumps in other formats, written after it was published
- `following`: the dataset at a location; a copy that follows a SPARQL server
- `history`: versions of a store folder, with the dumps and patches that are served
- `statistics`: counts of a version
"""
