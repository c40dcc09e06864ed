"""Readings and documents: what a document has that a reading lacks, drafts, and places in changed texts.

- `places`: places checked against documents, and words and moved places written as places in the files of a reading
- `topics`: topics that passages of documents name, as a table
- `proposals`: an extraction compared with the reading, and first drafts of readings as files
"""
