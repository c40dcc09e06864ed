"""SHACL: shapes, what they depend on, and the engine that checks them."""
