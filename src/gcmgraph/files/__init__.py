"""Files on disk: written whole or not at all, and locked among processes.

- `locks`: locks among processes. The system lets one go when the process that holds it ends, however it ends
  (flock(2))
"""
