"""SSSOM mapping sets: metadata, reader, writer."""
