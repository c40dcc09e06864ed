"""Verification of what is stored: the database, payloads, files of versions and imports.

Derived files are built anew (`gcmgraph build`); contributions and imports are restored from a
backup.

- `verification`: damages of stored files and of the database
- `status`: result of the last verification, in a file of the store
- `server`: verification by a server: quick checks at the start, and a process that verifies all
"""
