"""Files that stand beside a dataset version: changes, downloads, history, statistics."""
