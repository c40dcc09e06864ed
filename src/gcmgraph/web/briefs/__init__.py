"""Briefs of a country and of an objective: two printed A4 pages, or a Word document.

- `routes`: /brief/{kind}/{local}
- `word_document`: a brief as DOCX, from the text of its page
- `drawings`: drawings of a brief as PNG, for its Word document
- `contents`: contents of both briefs, and the sources that they name; the sections are in `templates/briefs/`
"""
