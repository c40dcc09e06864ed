"""Tables of resources as CSV.

- `tables`: statements of one resource, and lists, as CSV
"""
