"""Lists of resources by class, with facets, kept in one file a version.

- `build`: makes the list file of a dataset version from its store, in one pass over each property
- `catalogue`: which things there are, by kind, and which named graphs
- `facets`: by what the lists of things can be narrowed: for each kind its facets, each with the paths that lead to
  its values
- `file`: the file that lists are answered from: the things of a dataset version, each at a place, and sets of places
- `index`: lists of the things of one kind, narrowed by facets, period and text, with counts for every value
- `names`: the names and codes of the things of one dataset version, read from its list file a page at a time
- `records`: names and literals of a list file, as JSON
- `related`: what else may interest who looks at a thing: practices that share something with it, and what goes along
  with it
- `ties`: writes who works with whom into a list file, for the practices that changed: of a new file these are all
- `timeline`: A picture of when practices were carried out: bars for a few, a count for each year for many
- `update`: makes the list file of a version that was made by changing another, from that of the other
"""
