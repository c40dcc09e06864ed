"""Publication of what was accepted."""
