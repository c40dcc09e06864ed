"""Source documents: from bytes to passages with exact character offsets.

- `reading`: bytes to a `Document` of `gcmgraph.sources`, or one clear reason why not; the texts of
  documents for the files beside them, and that of the Compact as negotiated
- `resolution`: the Compact as adopted
- `pdf`: PDF, with the lines that are drawn as outlines
- `word_documents`, `html_pages`: Word documents and web pages, by the `paragraphs` of both
- `outline`: parts of a guidance page and of a Compact text (`Outline`)
- `headings`: headings and marks that begin the parts
- `practice_parts`: lines that belong to a practice
- `segmentation`: a `Document` to its `Outline`
"""
