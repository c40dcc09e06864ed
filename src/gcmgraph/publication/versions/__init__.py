"""Files beside a dataset version: changes, downloads, history, statistics.

- `files`: files written with a version, and dumps in other formats, written after it was published
- `following`: the dataset at a location; a copy that follows a SPARQL server
- `history`: versions of a store folder, with their statistics, changes, and the dumps and patches that are served
"""
