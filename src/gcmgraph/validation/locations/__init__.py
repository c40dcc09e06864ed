"""Where in a file a statement or a cell is."""
