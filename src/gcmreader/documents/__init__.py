"""Source documents: from bytes to passages with exact character offsets.

- `reading`: bytes to a `gcmgraph.documents.document.Document`, or one clear reason why not
- `pdf`: PDF, with the lines that are drawn as outlines
- `docx`, `html`, `paragraphs`: Word documents and web pages, and the canonical text of their paragraphs
- `language`: which language a text is written in
- `outline`: what a guidance page and a Compact text consist of (`Outline`)
- `compact`: the Compact as negotiated, one file of all objectives, as one `Document` each
- `resolution`: the Compact as adopted (A/RES/73/195), one document with its objectives
- `segmentation`: a `Document` to its `Outline`
- `headings`, `practice_texts`, `sentences`: how parts announce themselves, which lines belong to a practice
"""
