"""Briefs of countries and objectives: two printed pages, as HTML and as a Word document.

- `model`: sections, lines and runs of text, which both forms show
- `parts`: lines that both briefs have: practices, counted resources, numbered sources
- `country`, `objective`: the contents of a brief, from the view model of the page of the same kind
- `word`: a brief as DOCX
- `routes`: /brief/country/{code} and /brief/objective/{number}
"""
