"""Source documents: from bytes to passages with exact character offsets.

- `reading`: bytes to a `gcmgraph.documents.Document`, or one clear reason why not
- `pdf`: PDF, with the lines that are drawn as outlines
- `docx`, `html`, `paragraphs`: Word documents and web pages, and the canonical text of their paragraphs
- `language`: language of a text, and boundaries of its sentences
- `outline`: what a guidance page and a Compact text consist of (`Outline`)
- `texts`: the texts of documents for the files beside them, and those of the Compact
- `segmentation`: a `Document` to its `Outline`
- `headings`, `practice_texts`: how parts announce themselves, which lines belong to a practice
"""
