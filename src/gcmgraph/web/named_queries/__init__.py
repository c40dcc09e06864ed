"""Named queries: their pages, forms, parameters and results.

- `routes`: /queries and /queries/{name}: the query library as pages with forms, as data and as RDF
- `requests`: requests for results: values of parameters, format and page
- `parameters`: terms for values, suggestions for invalid ones, choices of a field
- `results`: results of a query, divided into pages, in result formats
- `table`: results for people: a table with headings (`headings.csv`), and a workbook
- `groups`: the library by groups
"""
