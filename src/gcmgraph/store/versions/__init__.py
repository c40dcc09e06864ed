"""Versions of a dataset in folders.

- `folder`: versions side by side, one of them current
- `incremental`: version made from the one before it
"""
