"""Publication of accepted contributions.

- `publisher`: update of the published graph from the ledger
- `known`: comparison of published contributions with the ledger
- `child`: the same in a process of its own
"""
