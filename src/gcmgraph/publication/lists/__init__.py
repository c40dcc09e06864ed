"""Lists of resources by kind, with facets, stored in one list file a version.

- `build`: creation of the list file from a store
- `catalogue`: resources by kind, with their labels
- `derived`: facets derived from dates and amounts: state on a day, bands of budgets
- `facets`: facets of each kind, with the property paths to their values
- `file`: format of the list file: places, names, sets and orders
- `index`: filtering, counting and ordering of the resources of a kind
- `matrix`: numbers of practices by two facets
- `names`: names of resources, read from the list file in batches
- `records`: names of a resource, and literals, as JSON
- `related`: related practices and shared values
- `ties`: ties of organisations in the list file
- `timeline`: timeline of practices
"""
