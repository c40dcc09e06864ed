"""Reconciliation Service API 0.2 (https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/).

- `routes`: /reconcile: manifest, queries and data extension
- `requests`: parsing of query batches and data extension queries (sections 4 and 7)
- `responses`: candidates, values and types as JSON, by the reconciliation of each dataset version
- `manifest`: the service manifests (section 3.1)
- `table`: a table of names without OpenRefine, as page, CSV and workbook
- `documents`: types of the JSON documents
- `draft`: the draft of version 1.0, /reconcile/v1, as a mapping
- `suggest`: suggestions, flyouts, previews, and properties of a type (sections 5 to 7)
"""
