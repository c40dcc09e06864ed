"""HTTP, independent of what is served: negotiation, headers, problems, parameters, request bodies."""
