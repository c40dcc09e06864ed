"""SERVICE: federated queries over permitted endpoints."""
