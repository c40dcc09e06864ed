"""SPARQL text: its tokens, the words and graphs in it, and terms bound in it.

- `lexer`: tokens by the terminals of the grammar
- `query_text`: prefixes, terms, functions, graphs and deciding words of a query; values of results as text
"""
