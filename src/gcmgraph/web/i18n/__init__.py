"""Languages of the interface: catalogs of messages, names in a language, formats of values."""
