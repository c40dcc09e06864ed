"""Versions of a dataset and the files beside them: changes, downloads, history, statistics.

- `dataset`: the dataset at a location; files written with a version, and dumps in other formats,
  written after it was published
- `inputs`: what a build was made from, for the comparison of two servers
- `derivation`: record of the last decision that a version contains
- `history`: versions of a store folder, with their changes, and the dumps and patches that are
  served
- `changes`: comparison of two versions: statements and resources added, removed and changed
- `statistics`: counts of a version
"""
