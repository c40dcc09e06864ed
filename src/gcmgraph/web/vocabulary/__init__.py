"""Pages of the ontology and of the shapes.

- `diagrams`: the pictures of the ontology, made from its terms: super-classes, and what properties lead from and to
- `layered_layout`: diagrams in columns: boxes and the arrows between neighbouring columns, laid out without crossing
  more than need be
- `routes`: /ontology and /shapes: the terms and the rules, as pages with an anchor per term, or as RDF
"""
