"""Readings and documents: what a document has that a reading lacks, drafts, and places in changed texts.

- `comparison`: places checked against documents, and words and moved places written as places in the files of a
  reading; an extraction compared with the reading, and first drafts of readings as files
- `topics`: topics that passages of documents name, as a table
"""
