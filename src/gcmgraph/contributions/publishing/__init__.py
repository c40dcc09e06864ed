"""Publication of accepted contributions.

- `publisher`: update of the published graph from the ledger, preview of it, comparison of both
- `child`: the update in a process of its own
"""
