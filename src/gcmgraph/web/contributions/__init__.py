"""Contributions: form, template, validation, submission and review.

- `blueprints`: what contributing needs in the server: the process that checks, the ledger, and the blueprints over
  them
- `form`: /contributions/form/{kind}: describe a practice or an organisation in the browser
- `form_fields`: the fields of the form for a kind of thing: the columns of its sheet, what is written, what is wrong
- `listing`: what the pages and answers about contributions share
- `listing_json`: A contribution as JSON, for those who may see it
- `reports`: reports of validation in answers: which format is wanted, and what a page shows
- `review`: /contributions/{id}: what became of a contribution, and the decisions on it
- `submission`: /contributions: how to contribute, sending for review, and what was sent
- `template`: /contributions/template.xlsx and .csv: what contributors fill in, from the shapes and lists of this
  version
- `validation`: /validate: check data before sending it. Nothing is kept
"""
