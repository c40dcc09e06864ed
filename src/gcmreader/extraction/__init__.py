"""Facts of a document as statements, each with its passage.

- `passages`: passages prepared for reading, and values extracted from them
- `citations`: works that a text cites
- `organisations`: organisations as texts name them
- `name_ends`: ends of unknown names of organisations
- `governments`: governments in running text
- `organisation_names`: names of organisations in running text, and lists of them
- `subjects`: subjects of clauses
- `roles`: leads and participants of a practice
- `places`: countries and towns of a practice
- `budgets`: the budget of a practice
- `dates`: dates in one language
- `periods`: start and end of a practice
- `practice_kinds`: types of a practice
- `practices`: all facts of one practice
- `reference_data`: prior knowledge of the reader
- `document_facts`: all facts of one document: its objective, actions, practices and SDG targets
- `statements`: these facts as quads with evidence
"""
