"""PDF to a `Document`.

- `pages`: the pages of a file, or one clear reason why they cannot be read
- `content`: characters and filled paths of a page
- `drawn_rows`: lines that are drawn as outlines
- `glyphs`: which letters these are, by a table of shapes
- `styles`: which part of the page a font sets
- `lines`: characters to lines
- `blocks`: lines to blocks
- `canonical_text`: blocks to text
- `reader`: all of it, a PDF to a `Document`
- `page_pictures`: pictures of pages, for people
"""
