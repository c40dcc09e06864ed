"""Facts of a document as statements, each with its passage.

- `clauses`: a text made ready for reading: its sentences known, citations set aside; works that it cites
- `organisations`: organisation names in running text, and where the name of an unknown one ends
- `roles`: leads and participants of a practice, and the subjects of its clauses
- `places`: countries and towns of a practice
- `budgets_periods`: the budget of a practice; its start and end, in the precision of the text
- `practices`: all facts of one practice, read from its title and its text; the reference data that a reader knows
- `statements`: all facts of one document: its objective, actions, practices and SDG targets; as quads with evidence
"""
