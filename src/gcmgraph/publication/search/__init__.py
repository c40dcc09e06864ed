"""Search of the resources of a version by names, codes, texts and related names.

The search file of a version has all that the search reads.

- `everyday_words`: everyday words of six languages, and the words of the graph for the same
- `words`: tokens of texts and of the words of a query
- `contents`: names, codes, texts and related resources of a store, and passages of documents
- `file`: the file: an SQLite database with an FTS5 index of the contents
- `passages`: passages of the documents that are present, in the file
- `query`: words of a query as the file has them
- `ranking`: scores of the resources that a query finds
- `index`: search over the file: results with the text that fits, counts, exact names
- `questions`: the queries of the library that fit a question, with the values that it names;
  `question_names` reads resources, years and languages, `question_words` groups words
"""
