"""Files on disk.

- `atomic`: files and folders that are written whole or not at all
- `faults`: faults of disks and permissions
- `locks`: locks among processes
"""
