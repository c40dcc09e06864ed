"""Migrations.

- `0001_tables`: the first tables
- `0002_notices`: notices by e-mail, links of senders
"""
