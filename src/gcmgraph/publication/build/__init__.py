"""The build of a dataset version from its sources."""
