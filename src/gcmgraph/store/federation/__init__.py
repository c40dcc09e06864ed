"""SERVICE: federated queries over permitted endpoints.

- `client`: requests to endpoints
- `endpoints`: addresses that the allow-list of SERVICE may have
- `executor`: queries whose SERVICE blocks are replaced by their rows
- `service_blocks`: the SERVICE blocks of a query
"""
