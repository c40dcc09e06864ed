"""Facts of a document as statements, each with its passage.

- `clauses`: extracted values; a text prepared for reading, with sentences; works that it cites
- `organisations`: organisations as texts name them
- `name_shapes`: ends of unknown names of organisations
- `governments`: governments in running text
- `organisation_names`: names of organisations in running text, and lists of them
- `subjects`: subjects of clauses
- `roles`: leads and participants of a practice
- `places`: countries and towns of a practice
- `budgets_periods`: the budget of a practice; its start and end, in the precision of the text
- `practices`: all facts of one practice; the reference data that a reader knows
- `statements`: all facts of one document; as quads with evidence
"""
