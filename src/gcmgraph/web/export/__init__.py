"""The site as files that any web server or object store can publish.

- `export`: export of the current version: what is written
- `addresses`: addresses that are published, their files, and links between them
- `crawl`: the reachable addresses, written by some processes
- `worker`: a process that writes addresses
- `site_writer`: an address, requested once in each language and written with relative links
- `journal`: what an unfinished export has written, so that the same command goes on
- `search_names`: names of resources, for the search of the copy in the browser
- `web_server_rules`: rules for nginx and Apache, and the README, from `rules/`
- `folder`: the folder of an export, replaced by renaming
- `bill_of_materials`: software components of the installation (CycloneDX)
"""
