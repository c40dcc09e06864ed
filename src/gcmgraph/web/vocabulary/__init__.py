"""Pages of the ontology and of the shapes."""
