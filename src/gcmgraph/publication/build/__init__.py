"""The build of a dataset version from its sources.

- `inference/`: inferred statements
- `assembly`: assembly of all graphs from the files of the repository
- `graph_metadata`: titles and descriptions of named graphs
- `load`: loading of an operator's own RDF
- `pipeline`: assembly, validation and storage of a version
- `precedence`: precedence of imported files of the UN over reference tables
"""
