"""Spreadsheets (XLSX, CSV): a template derived from the shapes, and a reader of filled-in templates.

- `cells`: terms from the text of a cell
- `columns`: sheets and columns, derived from the shapes
- `csv_text`: CSV files as rows of cells
- `files`: statements of RDF files and spreadsheets taken together
- `grid`: rows of cells with their places
- `headers`: headers of the template, and its columns in a file
- `lists`: lists of resources that a cell may name
- `marking`: a checked workbook with its findings
- `media`: the table of formats
- `problems`: constraints on cells and columns
- `reading`: statements of spreadsheets, and reports on them
- `rows`: statements of rows
- `template`: the template as XLSX or CSV
- `wording`: texts of the template beside those of the shapes
- `workbooks`: tables as XLSX workbooks
- `xlsx`: XLSX files as rows of cells
"""
