"""The build of a dataset version from its sources.

- `assembly`: assembly of all graphs from the files of the repository, precedence of imported files over its tables
- `inference/`: inferred statements
- `pipeline`: assembly, validation and storage of a version; loading of an operator's own RDF
"""
