"""Responses that documents share: representations, and the links that describe them."""
