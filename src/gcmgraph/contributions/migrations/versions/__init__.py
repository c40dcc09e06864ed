"""Migrations.

- `0001_tables`: the first tables
"""
