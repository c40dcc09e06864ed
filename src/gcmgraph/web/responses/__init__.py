"""Responses with documents, and the links that describe them.

- `documents`: responses with negotiated documents, and their validators (RFC 9110: 8.7, 8.8.3; RFC 8288)
- `grid`: drawings of tables as SVG
- `signposting`: typed links about a document: headers, and a link set (https://signposting.org/FAIR/)
- `suggestions`: resources whose address is similar to an unknown one
- `workbooks`: tables as workbooks, and CSV for spreadsheets
"""
