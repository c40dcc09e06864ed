"""Documents and official data files that are fetched, never committed: from a register, verified by hash.

- `register`: the register (`data/sources/register.csv`) as `Source`s, the selection of some by name, and the state of
  the files that are present
- `origins`: what an origin of files does; `downloads`, `packages` and `folder` are three
- `fetch`: the files that are missing, brought to the folder of the setting `sources`
- `source_texts`: text of a document with its pages and blocks
- `text_views`: cleaned views of documents, on which patterns are matched
- `text_files`: files of texts beside documents
"""
