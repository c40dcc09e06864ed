"""Where in a file a statement or a cell is.

- `columns`: where in its line a statement's value was written
- `statements`: what a contribution states, and where each statement stands
"""
