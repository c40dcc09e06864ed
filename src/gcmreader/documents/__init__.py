"""Source documents: from bytes to passages with exact character offsets.

- `reading`: bytes to a `Document` of `gcmgraph.sources`, or one clear reason why not; the texts of
  documents for the files beside them, and that of the Compact as negotiated
- `resolution`: the Compact as adopted
- `pdf`: PDF, with the lines that are drawn as outlines
- `word_documents`, `html_pages`: Word documents and web pages, by the `paragraphs` of both
- `parts`: what a guidance page and a Compact text consist of (`Outline`), and how its parts announce themselves;
  which lines belong to a practice
- `segmentation`: a `Document` to its `Outline`
"""
