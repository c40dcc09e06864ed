"""Queries in processes that are stopped at their limits."""
