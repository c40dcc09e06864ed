"""SPARQL Protocol and Graph Store Protocol."""
