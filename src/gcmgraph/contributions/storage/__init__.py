"""Ledger of contributions: files that are written once, with their manifests.

- `ledger`: contributions and decisions as files, from which the published graph can be made again
- `journal`: changes of the ledger, for running processes
- `index`: sender, state and size of every contribution, in memory
- `event_files`: files of the events of a contribution
- `recorded`: files of the ledger with their manifests
- `records`: JSON of the ledger
"""
