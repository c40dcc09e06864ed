"""Responses with documents, and the links that describe them.

- `attribution`: producer, edition, unit and licence of works of others, in the language of a page
- `citations`: citations as files for reference managers
- `drawings`: drawings in SVG, with their texts as files; shades of numbers
- `negotiated`: responses with negotiated documents, and their validators (RFC 9110: 8.7, 8.8.3)
- `suggestions`: resources with addresses similar to an unknown one
- `rasters`: drawings as PNG files
- `tables`: tables as workbooks, and as CSV for spreadsheets
- `typed_links`: typed links about a document, as headers and as a link set (RFC 8288, RFC 9264)
"""
