"""Spreadsheets (XLSX, CSV): a template derived from the shapes, and a reader of filled-in templates.

- `cells`: lists of resources that a cell may name, and terms from the text of a cell
- `columns`: sheets and columns, derived from the shapes, and the texts beside theirs (`texts.toml`)
- `grids`: CSV and XLSX files as rows of cells with their places; the table of formats
- `reading`: statements of spreadsheets and RDF files, and reports on them
- `rows`: headers of the template in a file, and statements of rows
- `template`: the template as XLSX or CSV, and a checked workbook with its findings
- `workbooks`: tables as XLSX workbooks
"""
