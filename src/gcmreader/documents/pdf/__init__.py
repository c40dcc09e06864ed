"""PDF to a canonical text.

- `pages`, `content`, `interpreter`: the characters and filled paths of each page, within limits
- `drawn`, `glyphs`: rows of letters that are drawn as outlines, and which letters they are
- `lines`, `styles`, `blocks`: lines, what their fonts set, and the blocks they form
- `canonical`: the Markdown text of the blocks
- `reader`: all of it, a PDF to a `Document`
"""
