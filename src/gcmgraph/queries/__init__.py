"""The query library: named queries for analysts, each a `.rq` file with a header.

- `library`: the named queries, with the comment header of a `.rq` file; their typed parameters
- `description`: the library as RDF (SHACL executables with entry points), and examples for editors and assistants;
  questions to start from: the examples, and the library with default values
"""
