"""View models of the pages of resources. Templates are in `templates/kinds`, the table of them in `resources.pages`.

- `practice`: who, where, when, how much, for whom, results
- `compact`: objectives, actions, SDG goals and targets; texts of the Compact, and what other editions word differently
- `parties`: countries, organisations and legal instruments
- `sources`: the practices that a source document describes, and the pages on which it does
- `context`: a resource in one dataset version and one language; rows of fact boxes, amounts in words, cards
"""
