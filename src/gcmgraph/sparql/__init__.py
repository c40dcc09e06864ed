"""SPARQL text: what it names, and what it may do."""
