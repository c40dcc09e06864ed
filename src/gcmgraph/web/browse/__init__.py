"""Lists with facets, and search.

- `routes`: /browse/{kind}: resources of a kind, filtered by facets, as a page, CSV, JSON, RDF or a workbook
- `page`: the requested list and its address; its page with active filters and menus of facets
- `country_counts`: numbers of treaties and of datasets of figures in the list of countries
- `matrix`: /matrix/{facet}: practices by objective and another facet
- `search`: /search and /search/suggest: resources by their labels, codes and texts in any language
- `excerpt`: the text around the words of a query
"""
