"""Responses with documents, and the links that describe them.

- `attribution`: producer, edition, unit and licence of works of others, in the language of a page
- `negotiated`: responses with negotiated documents, and their validators (RFC 9110: 8.7, 8.8.3; RFC 8288); suggestions;
  typed links about a document: headers, and a link set (https://signposting.org/FAIR/)
- `tables`: tables as workbooks, as CSV for spreadsheets, and as drawings in SVG
"""
