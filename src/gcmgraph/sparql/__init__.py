"""SPARQL text: its tokens, the words and graphs in it, terms bound in it, and values of its results.

- `bindings`: terms bound to the variables of a query
- `dataset_clause`: the graphs of FROM, FROM NAMED and GRAPH
- `lexer`: tokens by the terminals of the grammar
- `prologue`: prefixes that a query need not declare
- `result_values`: values of results as text
- `screening`: words that decide how an untrusted query may run
- `volatile`: queries that may give another result each time
"""
