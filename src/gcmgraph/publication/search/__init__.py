"""Full-text search, kept in one file a version."""
