"""Places of statements in files.

- `columns`: columns of values in the lines of a file
- `statements`: statements of a contribution with their places
"""
