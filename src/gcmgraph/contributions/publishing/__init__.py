"""Publication of what was accepted.

- `child`: publish what is pending in a process of its own: `python -m … LEDGER STORE KEEP BASE`
- `publisher`: bring the published graph in line with the ledger: at once for one decision, or for all when it is
  built anew
"""
