"""A dataset on a SPARQL server."""
