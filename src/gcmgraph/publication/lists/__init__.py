"""Lists of resources by class, with facets, kept in one file a version."""
