"""The tools of the Model Context Protocol. None depends on the transport.

- `common`: services of all tools, reasons of empty answers
- `absences`: reasons why a resource, a value or the rows of a query are missing
- `properties`: properties and classes by short form or label
- `tables`: results as CSV text, cut
- `search`, `describe`, `schema`, `examples`, `named`, `sparql`, `validate`: one tool each
- `pitfalls`: pitfalls of the data, for `schema`
"""
