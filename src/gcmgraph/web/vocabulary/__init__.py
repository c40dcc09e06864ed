"""Pages of the ontology and of the shapes.

- `routes`: /ontology and /shapes: terms and rules as pages with an anchor per term, or as RDF
- `diagrams`: diagrams of classes and of properties with their domains and ranges
"""
