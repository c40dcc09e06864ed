"""Tables of resources as CSV.

- `csv_text`: CSV as spreadsheets and programs read it (https://www.rfc-editor.org/rfc/rfc4180)
- `tables`: what is told of things as tables: one thing with a row for each statement, or a list with a row for each
  thing
"""
