"""Named queries: their pages, forms, parameters and results."""
