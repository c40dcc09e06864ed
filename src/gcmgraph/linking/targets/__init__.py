"""Datasets to link with: files and SPARQL endpoints, and their entities."""
