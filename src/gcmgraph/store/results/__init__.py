"""Results of queries: formats, lines, and limits of their size."""
