"""Description of one resource: statements, evidence, provenance, vocabulary.

- `class_uses`: properties in use with each class
- `description`: the bounded description of a resource
- `evidence`: passages of source documents that support statements
- `graph_values`: values of properties in one named graph, in memory
- `ontology`: terms of the ontology
- `provenance`: origins of statements, metadata of named graphs and of table columns
- `shapes`: shapes as rules for contributors, with examples
- `source_documents`: blocks of a source document, with their evidence
- `text_segments`: segments of a text between the ends of its quotations
"""
