"""Source documents as text: what readings count their places in. `gcmreader` makes the texts.

- `document`: the `Document`, its canonical text and its pages
- `views`: a cleaned text with the source position of each character
- `texts`: the texts of a document with their blocks and pages, one file beside the document
"""
