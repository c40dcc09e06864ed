"""Matching of names: forms, candidates, indexes."""
