"""Reconciliation Service API 0.2.

https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/

- `routes`: /reconcile: manifest, queries, data extension
- `suggestions`: suggestions, flyouts, properties, previews
- `requests`: parsing of query batches and data extension queries (sections 4 and 7)
- `responses`: candidates, values and types as JSON, by the reconciliation of each dataset version
- `manifest`: the manifest (section 3.1), and the address of the service
- `json_types`: types of the JSON documents
- `table`: a table of names without OpenRefine, as page, CSV and workbook
"""
