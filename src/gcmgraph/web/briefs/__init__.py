"""Briefs of a country and of an objective: two printed A4 pages, or a Word document.

- `routes`: /brief/{kind}/{local}; a brief as DOCX
- `contents`: the sections of both briefs, as lines of runs of text
"""
