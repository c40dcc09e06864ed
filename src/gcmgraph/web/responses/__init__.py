"""Responses with documents, and the links that describe them.

- `attribution`: producer, edition, unit and licence of works of others, in the language of a page
- `citations`: citations as files for reference managers
- `negotiated`: responses with negotiated documents, and their validators (RFC 9110: 8.7, 8.8.3)
- `suggestions`: resources with addresses similar to an unknown one
- `tables`: tables as workbooks, as CSV for spreadsheets, and as drawings in SVG
- `typed_links`: typed links about a document, as headers and as a link set (RFC 8288, RFC 9264)
"""
