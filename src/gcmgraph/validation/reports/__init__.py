"""Validation reports by format.

- `formats`: the ways to write a report, by the name that `gcmgraph validate --format` takes
- `github`: A report as workflow commands of GitHub Actions, which it shows beside the lines of a pull request
- `json_report`: A report as JSON, for programs that know no RDF
- `rdf`: the standard SHACL report as RDF (https://www.w3.org/TR/shacl/#validation-report)
- `sarif`: A report as SARIF 2.1.0, which code hosts show beside the lines
- `text`: A report for people: `file:line:column: severity: message` on one line, the hint below it
"""
