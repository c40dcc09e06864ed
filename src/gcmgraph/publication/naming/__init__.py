"""Labels of resources, and keys by which names are found.

- `labels`: labels of resources, in the requested language or the next best
- `name_keys`: keys of the forms of a label
"""
