"""Verification of what is stored: the database of contributions, the dataset versions, the imports.

- `verification`: damages, for the command line and the server
- `worker`: steps of the server before it answers, process that verifies while it runs, result for /health
"""
