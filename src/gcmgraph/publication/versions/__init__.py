"""Versions of a dataset and the files beside them: changes, downloads, history, statistics.

- `dataset`: the dataset at a location; files written with a version, and dumps in other formats, written after it was
  published
- `inputs`: what a build was made from, for the comparison of two servers
- `derivation`: record of the last decision that a version contains
- `history`: versions of a store folder, with their statistics, changes, and the dumps and patches that are served
"""
