"""Tables of resources as CSV.

- `tables`: statements of one resource, and lists, as CSV
- `whole`: whole tables of the resources of a kind
"""
