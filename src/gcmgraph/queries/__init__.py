"""The query library: named queries for analysts, each a `.rq` file with a header.

- `library`: the named queries
- `headers`: the comment header of a `.rq` file
- `parameters`: typed parameters, and the terms that a user's values are
- `query_text`: terms written into the text of a query, and a total order of its rows
- `description`: the library as RDF (SHACL executables with entry points), and examples for editors and assistants;
  questions to start from: the examples, and the library with default values
"""
