"""Lists of resources by kind, with facets, stored in one list file a version.

- `build`: creation of the list file from a store, with the ties of organisations
- `catalogue`: resources by kind, with their labels
- `facets`: facets of each kind, with the property paths to their values; state on a day, bands of budgets
- `file`: format of the list file: places, names, sets and orders; names read in batches
- `index`: filtering, counting and ordering of the resources of a kind
- `matrix`: numbers of practices by two facets
- `related`: related practices and shared values
- `timeline`: timeline of practices
"""
