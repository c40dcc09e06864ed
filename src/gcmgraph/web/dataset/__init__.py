"""The dataset: its description, downloads, versions and link sets."""
