"""The nouns of GCM Graph: RDF terms, and spans of documents with the statements they support."""
