"""Spreadsheets (XLSX, CSV) on a template that is made from the shapes: written for contributors, read as statements.

- `columns`: the sheets and their columns, as the shapes have them
- `lists`: the things that a cell may name, by code and by label in any language
- `template`: the template as XLSX or CSV
- `grid`: rows of cells with their places; `xlsx` and `csv_text` read files into it, bounded
- `headers`: which column of a file is which; `cells`: the terms that a cell says
- `rows`: rows to statements with places; `reading`: a whole file
- `problems`: what the reader has to say that no shape can
- `media`: the table of formats; `wording`: what the template says besides the shapes
- `files`: files of all formats taken together
"""
