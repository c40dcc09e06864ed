"""Named queries: their pages, forms, parameters and results.

- `examples/`: questions to start from, as `.rq` files beside this one; their first lines say in words what is asked
- `editor`: the script of the editor page: built from `frontend/` by npm, so it may be missing; the plain form then
  serves
- `form`: the form of a named query: a field for each parameter, with choices where there are few
- `parameters`: values for the parameters of named queries: the terms they stand for, or the nearest right value
- `questions`: questions to start from: our examples, and the queries of the library with their defaults written out
- `request`: read a request for the answer to a named query: its parameters, the form of the answer, the page of it
- `results`: answer a named query, page by page
- `routes`: /queries and /queries/{name}: the query library, as pages with forms, as data, and as RDF
"""
