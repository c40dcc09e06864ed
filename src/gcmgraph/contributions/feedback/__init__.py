"""Remarks of readers on a statement or a page, which curators answer. They are never published.

- `remark`: a remark, its answer and their JSON
- `box`: remarks as files of the ledger
"""
