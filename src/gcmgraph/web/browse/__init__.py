"""Lists with facets, and search.

- `routes`: /browse/{kind}: resources of a kind, filtered by facets, in all formats; /timeline.svg
- `list_request`: the requested list: its filters, order and page, as parameters of an address
- `page`: its page: items, active filters and menus of facets
- `list_formats`: a list as JSON, as statements and as the rows of a workbook
- `country_counts`: numbers of treaties and of datasets of figures in the list of countries
- `matrix`: /matrix/{facet}: practices by objective and another facet
- `search`: /search and /search/suggest: resources by their labels, codes and texts in any language
- `excerpt`: the text around the words of a query
"""
