"""Verification of stored files against their records: the ledger, the store, the imports.

- `verification`: all of them, for the command line and the server
- `ledger`: files of contributions, tokens and invitations
- `store`: files of dataset versions
- `imports`: imported files
- `repair`: files that can be made again
- `folders`: files of one folder with a manifest
- `findings`: damaged files and totals
- `status`: result of the last verification
- `start`: steps of the server before it answers
- `worker`: process that verifies while the server runs
"""
