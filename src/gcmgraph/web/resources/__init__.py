"""Pages and documents of the graph's resources, and resolution of identifiers."""
