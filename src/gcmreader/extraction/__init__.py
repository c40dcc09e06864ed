"""Facts of a document as statements, each with its passage.

- `reference`: names, titles and targets that the reference data knows
- `clauses`: a text made ready for reading: its sentences known, citations set aside
- `entities/`: names in text: organisations and states
- `subjects`: organisations and states before a verb
- `roles`: leads and participants of a practice
- `places`: countries and towns of a practice
- `periods`: start and end of a practice, in the precision of the text
- `amounts`: the budget of a practice
- `citations`: works cited: in brackets, `(IOM, 2019)`, and in the sentence, `a survey of X (2019)`
- `practice_types`: type of a practice: plan, programme, network, meeting
- `practices`: all facts of one practice, read from its title and its text
- `document_reading`: all facts of one document: its objective, actions, practices and SDG targets
- `statements`: the facts of a document as quads, with evidence
"""
