"""Files on disk.

- `atomic`: files and folders that are written whole or not at all
- `faults`: faults of disks and permissions
- `leftovers`: drafts of ended processes, and permissions
- `locks`: locks among processes
- `manifest`: sizes and checksums of the files of a folder
"""
