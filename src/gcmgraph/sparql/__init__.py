"""SPARQL text: its tokens, the words and graphs in it, terms bound in it, and values of its results.

- `dataset_clause`: the graphs of FROM, FROM NAMED and GRAPH
- `lexer`: tokens by the terminals of the grammar
- `query_text`: prefixes declared, terms bound, functions that vary
- `result_values`: values of results as text
- `screening`: words that decide how an untrusted query may run
"""
