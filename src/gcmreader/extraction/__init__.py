"""Facts of a document as statements, each with its passage.

- `entities/`: names in text: organisations and states
- `values/`: values in text: amounts, currencies, periods, events
- `citations`: works cited: in brackets, `(IOM, 2019)`, `(CRM, 2019 ; ICMPD, 2020)`, and in the sentence, `a survey of
  X (2019)`
- `clauses`: A text made ready for reading: its sentences known, citations and what is in them set aside
- `document_reading`: all facts of one document: its objective, its actions, its practices and its SDG targets
- `evidence`: statements and the passages that support them
- `extract`: A document to quads: read, segment, read the facts, state them
- `practice_statements`: A practice's reading as statements with evidence
- `practice_types`: type of a practice: plan, programme, network, meeting
- `practices`: all facts of one practice, read from its title and its text
- `roles`: leads and participants of a practice
- `subjects`: organisations and states before a verb
- `statements`: A reading as quads: facts of the document, their evidence, and their provenance
- `places`: countries and towns of a practice
- `counted_countries`: A list counted as countries may hold countries only: `in three countries: Kenya, Uganda and
  Zubrowka` is refused
- `outcomes`: sentences about the outcomes of a practice
"""
