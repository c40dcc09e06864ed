"""Description of one resource: statements, evidence, provenance, vocabulary."""
