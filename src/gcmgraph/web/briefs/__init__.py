"""Briefs of a country and of an objective: two printed A4 pages, or a Word document.

- `routes`: /brief/{kind}/{local}
- `contents`: the sections of both briefs
- `lines`: sections, lines and runs of text, and lines that briefs have in common
- `word`: a brief as DOCX
"""
