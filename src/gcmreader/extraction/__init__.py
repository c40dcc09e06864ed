"""Facts of a document as statements, each with its passage.

- `clauses`: a text made ready for reading: its sentences known, citations set aside; works that it cites
- `names`: organisations as a text names them, and where the name of an unknown one ends
- `organisations`: organisation names in running text
- `roles`: leads and participants of a practice, and the subjects of its clauses
- `places`: countries and towns of a practice
- `periods`: start and end of a practice, in the precision of the text
- `amounts`: the budget of a practice
- `practices`: all facts of one practice, read from its title and its text; the reference data that a reader knows
- `document_reading`: all facts of one document: its objective, actions, practices and SDG targets
- `statements`: the facts of a document as quads, with evidence
"""
