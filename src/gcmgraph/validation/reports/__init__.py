"""Validation reports by format.

- `formats`: the table of formats
- `github`: workflow commands of GitHub Actions
- `json_report`: JSON
- `rdf`: the report of the SHACL standard as RDF
- `sarif`: SARIF 2.1.0
- `text`: lines for people, and sentences for the other formats
"""
