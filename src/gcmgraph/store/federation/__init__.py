"""SERVICE: federated queries over permitted endpoints.

- `client`: ask another's endpoint one query: within a time, up to a size, without following it anywhere else
- `endpoints`: which addresses may stand in the allow-list of SERVICE
- `executor`: SERVICE for an allow-list of endpoints (https://www.w3.org/TR/sparql11-federated-query/)
- `service_blocks`: find the SERVICE blocks of a query (https://www.w3.org/TR/sparql11-query/#rServiceGraphPattern),
  or refuse it
"""
