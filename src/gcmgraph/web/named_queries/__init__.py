"""Named queries: their pages, forms, parameters and results.

- `routes`: /queries and /queries/{name}: the query library as pages with forms, as data and as RDF
- `examples`: /.well-known/sparql-examples: the queries that can be run as they are
- `groups`: the library by group of questions, and by words
- `request`: parameters, format and page of a request for results
- `parameters`: terms for parameter values, and suggestions for invalid values
- `columns`: headings of columns in words
- `form`: fields of the form of a query
- `results`: results of a query, cached and divided into pages
- `workbook`: results as an XLSX workbook
"""
