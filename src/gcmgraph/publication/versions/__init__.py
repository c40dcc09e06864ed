"""Files beside a dataset version: changes, downloads, history, statistics.

- `changes`: differences between a version and the version before
- `downloads`: dumps and patches that are served
- `files`: files written with a version
- `history`: versions of a store folder
- `incremental`: files of a changed version
- `statistics`: counts of a version
"""
