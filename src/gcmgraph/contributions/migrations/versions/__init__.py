"""Migrations.

- `0001_tables`: the first tables
- `0002_notices`: notices by e-mail, links of senders
- `0003_versions`: versions that servers made, in place of marks of unpublished decisions
- `0004_cookies_of_links`: secrets of the cookies that links give
- `0005_confirmations`: links with which addresses are confirmed
- `0006_targets`: SPARQL servers to which graphs are sent
- `0007_links_to_contributions`: no links to feeds
"""
