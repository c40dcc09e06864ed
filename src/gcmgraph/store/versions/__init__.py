"""Versions of a dataset in folders."""
