"""Work in processes of their own: limits, and the frames that parent and child exchange.

- `ipc`: what the server and a query process say to each other: frames of a head (JSON) and a body (bytes)
- `sandbox`: what a query process may not do: use more memory than its cap, or open a socket
"""
