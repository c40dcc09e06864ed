"""The query library: questions that analysts ask, each a `.rq` file with a header.

- `header`: the comment header of a `.rq` file
- `parameters`: typed parameters, and the terms that a user's texts stand for
- `library`: `NamedQuery`, `read_queries` and `find_query`
- `description`: the library as RDF (SHACL executables with entry points)
- `questions`: questions to start from: the examples, and the library with default values
"""
