"""Lists with facets, and search."""
