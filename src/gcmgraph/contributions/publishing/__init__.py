"""Publication of accepted contributions.

- `publisher`: update of the published graph from the ledger
- `child`: the same in a process of its own
"""
