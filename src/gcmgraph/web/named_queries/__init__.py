"""Named queries: their pages, forms, parameters and results.

- `routes`: /queries and /queries/{name}: the query library as pages with forms, as data and as RDF
- `request`: format, page and terms of a request for results, suggestions for invalid values, and fields of the form
- `results`: headings of columns (`headings.csv`), and results of a query, divided into pages, and as a workbook
"""
