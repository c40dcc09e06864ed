"""Access to contributions: tokens, invitations and quotas.

- `tokens`: tokens of contributors and curators, stored as hashes
- `invitations`: links that give a token once
- `quotas`: limits for each token
"""
