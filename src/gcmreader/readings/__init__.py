"""Readings and documents: what a document has that a reading lacks, drafts, and places in changed texts.

- `checking`: places checked against a document and its printed pages
- `editing`: words to places, and changes in a file that leave the rest as the editor wrote it
- `proposals`: an extraction compared with the reading, and first drafts of readings as files
"""
