"""PDF to a `Document`.

- `reader`: all of it, a PDF to a `Document`, or one clear reason why not
- `content`: characters and filled paths of a page; lines that are drawn as outlines, and which letters they are
- `lines`: lines of text, and which part of the page a font sets; lines to blocks, and these to the canonical text
"""
