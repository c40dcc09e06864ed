"""Lists with facets, and search.

- `routes`: /browse/{kind}: resources of a kind, filtered by facets, as a page, CSV, JSON or RDF
- `request`: the requested list: its filters, order and page, and its address
- `matrix_routes`: /matrix/{facet}: practices by objective and another facet
- `matrix`: the matrix as rows with links, CSV, a workbook and a drawing
- `page`: the page of a list: active filters, menus of facets, items, timeline
- `serialization`: a page of a list as JSON, RDF or a workbook
- `search`: /search and /search/suggest: resources by their labels, codes and texts in any language
"""
