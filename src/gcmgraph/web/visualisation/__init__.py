"""Maps and networks."""
