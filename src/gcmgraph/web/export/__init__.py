"""The site as files that any web server or object store can publish.

- `export`: export of the current version: what is written
- `addresses`: addresses that are published, their files, and links between them
- `crawl`: the reachable addresses, each requested once and written with relative links
- `web_server_rules`: rules for nginx and Apache, and the README, from `rules/`
- `folder`: the folder of an export, replaced by renaming
- `bill_of_materials`: software components of the installation (CycloneDX)
"""
