"""Description of a dataset version inside of it, for the editors and assistants that query an endpoint about itself.

- `graphs`: the two graphs of the description, example queries and partitions
- `partitions`: VoID partitions by class, property and kind of value, counted over all statements
- `update`: the same partitions after a change
"""
