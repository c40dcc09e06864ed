"""Contributions: sent, checked, kept, reviewed, published, and never lost.

- `contribution`: a submission, its history, and the states it goes through (values)
- `content`: what was sent; `reading`: as statements, with what is wrong with a spreadsheet
- `permitted`: what a contribution may state (`circles`: blank nodes that lead back to themselves; `spelling`: addresses
  of ours written otherwise)
- `checking`: what is asked of a check, and the verdict; `local_checker` makes it, `check_worker` has it made in a
  process that can be killed (`check_process`)
- `ledger`: everything on disk, as files that last; `records` and `durable`: how they are written
- `tokens`: who may send and who may decide; `wording`: titles, reasons and names that can be taken
- `errors`: what can go wrong, said so that the sender or the curator can act
- `service`: submit, check, accept, reject, withdraw, comment: what the command line and the server call
- `pull_requests`: contributions as files of the repository (`data/contributions/`)
- `publishing`: bring the published graph in line with the ledger (`publish_process`: from the server)
- `provenance`: what the published graph says about a contribution; `difference`: what it would change there
"""
