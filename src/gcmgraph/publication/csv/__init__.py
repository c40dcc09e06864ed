"""Tables of resources as CSV."""
