"""Readings and documents: what a document has that a reading lacks, drafts, and places in changed texts.

- `locating`, `checking`: words to places, and places checked against a document
- `proposals`: an extraction compared with the reading, and a first draft of one
- `writing`, `editing`: a reading or draft as YAML, and changes in a file that leave the rest as the editor wrote it
"""
