"""Measures of quality, which tests hold at their figures: `python -m tools.measures.NAME` prints them.

- `assistants`: answers of the tools for assistants to a set of questions
- `published`: published readings against annotations made without them
- `readings`: precision and recall of what the document reader extracts
- `reconciliation`, `reconciliation_names`: names of countries with errors, matched with the graph
- `search`: ranks of what searches are meant to find
- `suggestions`: suggested objectives and other values for practices
"""
