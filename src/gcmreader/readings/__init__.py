"""Readings and documents: facts that a reading lacks, drafts, and places in changed texts.

- `proposals`: facts that the reader extracts, as readings write them
- `differences`: facts of a proposal that the reading of a page lacks or contradicts
- `drafts`: first drafts of readings as files
- `place_check`: places of a reading compared with a document, and with its printed pages
- `printed_pages`: letters that a PDF paints on each page
- `relocation`: words in quotes and moved places, written as places in the files of a reading
- `topics`: topics that passages of documents name, as a table
"""
