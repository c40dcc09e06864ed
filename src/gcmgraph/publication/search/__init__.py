"""Search of the resources of a version by names, codes, texts and related names, over one file a version.

- `words`: tokens of texts and of the words of a query
- `file`: the file: an SQLite database with an FTS5 index of the names, codes, texts and passages of
  a store
- `index`: search over the file: words of a query, results with the text that was found, counts, exact names
- `questions`: the queries of the library that fit a question, filled in with what it names
"""
