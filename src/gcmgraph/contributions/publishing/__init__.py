"""Publication of accepted contributions.

- `publisher`: update of the published graph from the ledger
- `preview`: the published graph after an acceptance, without writing it
- `known`: comparison of published contributions with the ledger
- `child`: the same in a process of its own
"""
