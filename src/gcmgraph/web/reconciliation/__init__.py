"""Reconciliation Service API.

- `manifest`: the manifest of the reconciliation service (Reconciliation Service API 0.2, section 3.1)
- `requests`: what clients of the reconciliation service send, read from JSON (Reconciliation Service API 0.2,
  sections 4 and 7)
- `responses`: candidates and values as the reconciliation service tells them (Reconciliation Service API 0.2)
- `routes`: /reconcile: which things of the graph the names in somebody's table mean (Reconciliation Service API 0.2)
- `suggest`: what helps people to choose by hand: suggestions while they type, small previews, properties of a type
"""
