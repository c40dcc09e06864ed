"""Reconciliation Service API 0.2 (https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/).

- `routes`: /reconcile: manifest, queries, data extension, suggestions, flyouts, previews
- `requests`: parsing of query batches and data extension queries (sections 4 and 7), types of the JSON documents
- `responses`: candidates, values, types and manifests as JSON, by the reconciliation of each dataset version
- `table`: a table of names without OpenRefine, as page, CSV and workbook
"""
