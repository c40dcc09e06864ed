"""Description of one resource: statements, evidence, provenance, vocabulary.

- `description`: the bounded description of a resource
- `evidence`: passages of source documents that support statements
- `ontology`: terms of the ontology; properties in use with each class
- `provenance`: origins of statements, metadata of named graphs and of table columns
- `shapes`: shapes as rules for contributors, with examples
- `source_documents`: blocks of a source document with their evidence, and segments between ends of quotations
"""
