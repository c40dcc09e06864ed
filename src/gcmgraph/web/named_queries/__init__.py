"""Named queries: their pages, forms, parameters and results.

- `routes`: /queries and /queries/{name}: the query library as pages with forms, as data and as RDF
- `results`: requests for results with suggestions for invalid values, fields of the form, headings of columns
  (`headings.csv`), results of a query, divided into pages, and as a workbook
"""
