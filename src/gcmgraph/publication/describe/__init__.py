"""Description of one resource: statements, evidence, provenance, vocabulary.

- `description`: the bounded description of a resource; passages of source documents that support statements
- `provenance`: origins of statements, metadata of named graphs and of table columns
- `vocabulary`: terms of the ontology; properties in use with each class; shapes as rules, with examples
"""
