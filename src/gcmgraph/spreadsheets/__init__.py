"""Spreadsheets (XLSX, CSV): a template derived from the shapes, and a reader of filled-in templates.

- `cells`: terms from the text of a cell
- `columns`: sheets and columns of the template, derived from the shapes
- `grids`: CSV and XLSX files as rows of cells with their places; the table of formats
- `habits`: phrases in place of a value, and other forms of values
- `headers`: headers of the template, and the columns that those in a file are
- `lists`: lists of resources that a cell may name
- `reading`: statements of spreadsheets and RDF files, and reports on them
- `rows`: statements of the rows of a file
- `template`: the template as XLSX or CSV, and a checked workbook with its findings
- `texts`: texts of the template beside those of the shapes (`texts.toml`)
- `workbooks`: tables as XLSX workbooks
"""
