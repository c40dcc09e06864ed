"""Versions of a dataset in folders.

- `folder`: A store folder: dataset versions side by side, and one of them current
- `incremental`: A dataset version made from the one before it, in time that goes with the change
"""
