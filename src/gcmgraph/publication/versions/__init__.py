"""Files beside a dataset version: changes, downloads, history, statistics.

- `changes`: differences between a version and the version before
- `downloads`: dumps and patches that are served
- `dumps`: dumps in other formats, written after a version was published
- `files`: files written with a version
- `following`: the dataset at a location; a copy that follows a SPARQL server
- `history`: versions of a store folder
- `statistics`: counts of a version
"""
