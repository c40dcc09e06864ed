"""The site as files that any web server or object store can publish. Every file is what the application answers.

- `crawl`: ask the application for everything that is published, and hand each answer over as a file
- `export`: export the site: everything that the application publishes, as files in a folder
- `folder`: the folder of an export: written to the side, then put in place by renaming
- `negotiation_rules`: content negotiation by regular expressions, for servers that have nothing better (RFC 9110,
  12.5.1, 12.5.4)
- `paths`: which addresses of the site are published as files, and where each lies
- `relative_links`: the links of a page, made relative, so that the files work under any address
- `server_config`: what an export brings for those who publish it: rules for nginx and Apache, and a file to read
  first
"""
