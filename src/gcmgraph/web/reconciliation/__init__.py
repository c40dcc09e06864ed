"""Reconciliation Service API."""
