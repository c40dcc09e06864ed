"""Errors, files, processes and text: a foundation that knows neither the Compact nor RDF.

- `errors`: errors that users can cause and correct
- `files`: files written whole or not at all, locks among processes, faults of disks
- `file_states`: manifests: sizes and SHA-256 of the files of a folder
- `processes`: workers, processes that can be killed, and their requests
- `frames`: messages between a worker and its parent
- `slots`: a limited number of positions to run in
- `confinement`: limits that a process sets itself: memory, network, files, new processes
- `text`: text in forms that can be compared and ordered, tags of languages
- `controls`: controls of direction and invisible characters
- `dates`: dates of a year, month or day, and periods
- `similarity`: names that are similar to a text
"""
