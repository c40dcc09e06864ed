"""Named queries: their pages, forms, parameters and results.

- `routes`: /queries and /queries/{name}: the query library as pages with forms, as data and as RDF
- `descriptions`: queries as JSON, and their operations in /openapi.json
- `library`: headings of columns (`headings.csv`), and the library by group of questions and by words
- `request`: format, page and terms of a request for results, and suggestions for invalid values
- `form`: fields of the form of a query
- `results`: results of a query, divided into pages, and as an XLSX workbook
"""
