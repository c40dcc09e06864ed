"""Lists of resources by kind, with facets, stored in one list file a version.

- `facets`: facets of each kind, with the property paths to their values; state on a day, bands of
  budgets
- `file`: the list file: rows, names, sets, orders; its update for a change
- `reader`: what the list file takes from a store: all of it, or what a change affects
- `index`: resources of a kind: filtering, counting and ordering
- `related`: resources related to a resource: similar practices, values that its practices have in
  common
"""
