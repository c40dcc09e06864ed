"""Embedded engine: a store in a folder or in memory."""
