"""Link sets as SSSOM mapping sets.

- `metadata`: the metadata block of a file
- `reader`: files as quads
- `writer`: proposals as a file
"""
