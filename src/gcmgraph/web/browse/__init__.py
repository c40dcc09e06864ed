"""Lists with facets, and search.

- `page`: what the page of a list shows: the filters that hold, those that can be added, the things, and a timeline
- `request`: what a request for a list asks: which things, in what order, which page; and the address that asks for it
- `routes`: /browse/{kind}: the things of a kind, narrowed by facets, as a page, CSV, JSON or RDF
- `search`: /search?q=…: things by their labels and codes, in any language, as a page or as JSON
- `serialization`: A page of a list as data: JSON, or RDF
"""
