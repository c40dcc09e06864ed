"""Versions of a dataset in folders.

- `folder`: versions side by side, one of them current
- `order`: order in which versions were made
- `incremental`: version made from the one before it
"""
