"""Versions of a dataset in folders.

- `folder`: versions side by side, one of them current
- `order`: order in which versions were made
- `recorded`: sizes and checksums of their files
- `renewal`: files of a version that are missing or damaged, written anew
- `incremental`: version made from the one before it
"""
